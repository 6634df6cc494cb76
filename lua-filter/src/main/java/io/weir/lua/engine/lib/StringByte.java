package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import org.jspecify.annotations.Nullable;

/** {@code string.byte}, with a short way for one byte. */
final class StringByte extends Builtin {
  StringByte(LuaState state, int number) {
    super(state, "byte", number);
  }

  @Override
  public @Nullable Object call(@Nullable Object text) {
    return text instanceof LuaString string && string.length() > 0
        ? (Object) (double) string.at(0)
        : super.call(text);
  }

  @Override
  public @Nullable Object call(@Nullable Object text, @Nullable Object index) {
    if (text instanceof LuaString string && index instanceof Double number) {
      int at = (int) (double) number;
      if (at >= 1 && at <= string.length()) {
        return (double) string.at(at - 1);
      }
    }
    return super.call(text, index);
  }

  @Override
  public @Nullable Object invoke(@Nullable Object[] arguments) {
    return StringLibrary.bytes(new Arguments(state(), this, arguments));
  }
}
