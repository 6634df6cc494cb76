package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import org.jspecify.annotations.Nullable;

/** {@code string.sub}, with a short way for strings and indexes in range. */
final class StringSub extends Builtin {
  StringSub(LuaState state, int number) {
    super(state, "sub", number);
  }

  @Override
  public @Nullable Object call(@Nullable Object text, @Nullable Object from, @Nullable Object to) {
    if (text instanceof LuaString string
        && from instanceof Double first
        && to instanceof Double last) {
      int start = (int) (double) first;
      int end = (int) (double) last;
      if (start >= 1 && end >= start && end <= string.length()) {
        return string.substring(start - 1, end);
      }
    }
    return super.call(text, from, to);
  }

  @Override
  public @Nullable Object call(@Nullable Object text, @Nullable Object from) {
    if (text instanceof LuaString string && from instanceof Double first) {
      int start = (int) (double) first;
      if (start >= 1 && start <= string.length()) {
        return string.substring(start - 1, string.length());
      }
    }
    return super.call(text, from);
  }

  @Override
  public @Nullable Object invoke(@Nullable Object[] arguments) {
    return StringLibrary.sub(new Arguments(state(), this, arguments));
  }
}
