package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** {@code next}: a class of its own, so that a loop over it can walk the table directly. */
public final class NextFunction extends Builtin {

  public NextFunction(LuaState state, int number) {
    super(state, "next", number);
  }

  @Override
  public @Nullable Object invoke(@Nullable Object[] arguments) {
    var given = new Arguments(state(), this, arguments);
    return step(given.table(1), given.get(2));
  }

  @Override
  public @Nullable Object call(@Nullable Object table, @Nullable Object key) {
    return table instanceof LuaTable t ? step(t, key) : invoke(new @Nullable Object[] {table, key});
  }

  private @Nullable Object step(LuaTable table, @Nullable Object key) {
    int after = table.positionAfter(key);
    if (after < 0) {
      throw new LuaError("invalid key to 'next'");
    }
    int position = table.position(after);
    return position < 0
        ? null
        : new @Nullable Object[] {table.keyAt(position), table.valueAt(position)};
  }
}
