package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** A function written in Lua. */
public abstract class LuaClosure extends LuaFunction {
  protected LuaClosure(LuaTable environment) {
    super(environment);
  }

  public abstract LuaCode code();

  /** The variables of enclosing functions that it uses. */
  public abstract Cell[] upvalues();

  /**
   * Runs the body; the result may be {@link TailCall#PENDING}, in which case the call that the
   * state's {@link TailCall} describes is to be made in its place.
   */
  public abstract @Nullable Object run(@Nullable Object[] arguments, int place);

  @Override
  public final boolean lua() {
    return true;
  }
}
