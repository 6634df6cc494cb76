package io.weir.lua.engine;

import io.weir.filter.fiber.Fiber;
import org.jspecify.annotations.Nullable;

/**
 * One run of a handler: a coroutine of its own that built-in functions of the host can suspend as a
 * whole, with all the script coroutines that it is inside of, until the host resumes it.
 */
public final class Execution implements Runnable {
  private static final Fiber.Scope HANDLER = new Fiber.Scope("lua handler");

  private final LuaState state;
  private final LuaFunction handler;
  private final @Nullable Object argument;
  private final Fiber fiber;
  private final Coroutine own;
  private Coroutine inside;
  private int insideDepth;
  private @Nullable Throwable failure;

  public Execution(LuaState state, LuaFunction handler, @Nullable Object argument) {
    this.state = state;
    this.handler = handler;
    this.argument = argument;
    this.own = state.takeHandlerCoroutine();
    this.inside = own;
    this.fiber = new Fiber(HANDLER, this);
  }

  /** The body of the fiber; not for others to call. */
  @Override
  public void run() {
    try {
      handler.call(argument);
    } catch (Throwable e) {
      failure = e;
    }
  }

  /**
   * Starts or continues the handler; returns when it ends or suspends.
   *
   * @throws LuaError what the script raised
   * @throws ScriptStop when the script was ended
   */
  public void resume() {
    Coroutine outside = state.current();
    int outsideDepth = state.nativeDepth();
    state.switchTo(inside);
    state.setNativeDepth(insideDepth);
    state.begin();
    LuaError raised = null;
    try {
      fiber.resume();
      if (failure != null) {
        raised = state.caught(failure);
      }
    } finally {
      inside = state.current();
      insideDepth = state.nativeDepth();
      state.switchTo(outside);
      state.setNativeDepth(outsideDepth);
      if (fiber.done()) {
        state.giveBack(own);
      }
    }
    if (raised != null) {
      throw raised;
    }
  }

  public boolean done() {
    return fiber.done();
  }

  /**
   * Suspends the running handler of a state; returns when it is resumed.
   *
   * @throws LuaError where a coroutine must not yield
   */
  public static void suspend(LuaState state) {
    checkSuspendable(state);
    Fiber.suspend(HANDLER);
  }

  /**
   * @throws LuaError where {@link #suspend} would
   */
  public static void checkSuspendable(LuaState state) {
    if (!state.current().yieldable() || !Fiber.inside(HANDLER)) {
      throw state.error("attempt to yield across C-call boundary");
    }
  }
}
