package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** The iterator of {@code ipairs}: reads without metamethods, as LuaJIT's does. */
public final class IpairsStep extends Builtin {

  public IpairsStep(LuaState state, int number) {
    super(state, "ipairs_aux", number);
  }

  @Override
  public @Nullable Object invoke(@Nullable Object[] arguments) {
    var given = new Arguments(state(), this, arguments);
    double next = given.number(2) + 1;
    Object value = given.table(1).get(next);
    return value == null ? Values.NONE : new @Nullable Object[] {next, value};
  }
}
