package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/**
 * A function. The result is one value or an {@code Object[]} of any number of values; {@link
 * Values} tells them apart. Arguments that are not passed are absent, not nil, for the functions
 * that care ({@link #invoke}).
 */
public abstract class LuaFunction {
  private LuaTable environment;

  protected LuaFunction(LuaTable environment) {
    this.environment = environment;
  }

  /** Where the function looks up globals. */
  public final LuaTable environment() {
    return environment;
  }

  public final void setEnvironment(LuaTable environment) {
    this.environment = environment;
  }

  /**
   * Calls with any number of arguments.
   *
   * @param arguments not to be kept or changed by the callee
   */
  public abstract @Nullable Object invoke(@Nullable Object[] arguments);

  public @Nullable Object call() {
    return invoke(Values.NONE);
  }

  public @Nullable Object call(@Nullable Object a) {
    return invoke(new @Nullable Object[] {a});
  }

  public @Nullable Object call(@Nullable Object a, @Nullable Object b) {
    return invoke(new @Nullable Object[] {a, b});
  }

  public @Nullable Object call(@Nullable Object a, @Nullable Object b, @Nullable Object c) {
    return invoke(new @Nullable Object[] {a, b, c});
  }

  /** Whether it is written in Lua. */
  public boolean lua() {
    return false;
  }

  /** How {@code tostring} shows it. */
  public String describe() {
    return "function: " + Addresses.of(this);
  }
}
