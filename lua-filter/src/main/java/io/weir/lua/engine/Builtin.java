package io.weir.lua.engine;

/** A function of the standard library or the host. Belongs to one state. */
public abstract class Builtin extends LuaFunction {
  private final LuaState state;
  private final String name;
  private final int number;

  /**
   * @param number shown by {@code tostring}; 0 for an ordinary address
   */
  protected Builtin(LuaState state, String name, int number) {
    super(state.globals());
    this.state = state;
    this.name = name;
    this.number = number;
  }

  protected final LuaState state() {
    return state;
  }

  public final String name() {
    return name;
  }

  @Override
  public final String describe() {
    return number == 0 ? super.describe() : "function: builtin#" + number;
  }
}
