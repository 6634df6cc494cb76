package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** A call in tail position that waits until its caller's frame is gone. One per state. */
public final class TailCall {
  /** The result of a body that ends in a tail call. */
  public static final Object PENDING = new Object();

  private @Nullable LuaClosure function;
  private @Nullable Object[] arguments = Values.NONE;

  /** Sets the call; returns {@link #PENDING}. */
  public Object set(LuaClosure function, @Nullable Object[] arguments) {
    this.function = function;
    this.arguments = arguments;
    return PENDING;
  }

  /** Makes the call and those that follow from it, in the frame at {@code place}. */
  public @Nullable Object run(CallStack stack, int place) {
    Object result;
    do {
      LuaClosure next = java.util.Objects.requireNonNull(function);
      @Nullable Object[] passed = arguments;
      function = null;
      arguments = Values.NONE;
      stack.replace(place, next);
      result = next.run(passed, place);
    } while (result == PENDING);
    return result;
  }
}
