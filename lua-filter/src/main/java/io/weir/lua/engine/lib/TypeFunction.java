package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.Types;
import org.jspecify.annotations.Nullable;

/** {@code type}. */
final class TypeFunction extends Builtin {
  TypeFunction(LuaState state, int number) {
    super(state, "type", number);
  }

  @Override
  public @Nullable Object call(@Nullable Object value) {
    return Types.of(value);
  }

  @Override
  public @Nullable Object invoke(@Nullable Object[] arguments) {
    return Types.of(new Arguments(state(), this, arguments).any(1));
  }
}
