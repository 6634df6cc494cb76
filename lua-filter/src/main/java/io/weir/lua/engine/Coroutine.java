package io.weir.lua.engine;

import io.weir.filter.fiber.Fiber;
import org.jspecify.annotations.Nullable;

/**
 * A Lua thread: the state's main one, a script's coroutine, or the run of a handler. Runs on the
 * thread of whoever resumes it, as a {@link Fiber}.
 */
public final class Coroutine {

  /** What a coroutine is doing. */
  public enum Status {
    SUSPENDED,
    RUNNING,
    /** It has resumed another one. */
    NORMAL,
    DEAD
  }

  private static final Fiber.Scope SCRIPT = new Fiber.Scope("lua coroutine");

  private final LuaState state;
  private final CallStack stack;
  private final @Nullable Fiber fiber;
  private Status status;
  private @Nullable Coroutine resumer;
  private @Nullable Object[] transfer = Values.NONE;
  private @Nullable Throwable failure;
  private int unyieldable;
  private boolean exposed;

  /** The main thread of a state. */
  Coroutine(LuaState state) {
    this.state = state;
    this.stack = state.newStack();
    this.fiber = null;
    this.status = Status.RUNNING;
    this.unyieldable = 1;
  }

  private Coroutine(LuaState state, CallStack stack) {
    this.state = state;
    this.stack = stack;
    this.fiber = null;
    this.status = Status.RUNNING;
  }

  /** The coroutine that a handler runs in. */
  static Coroutine handler(LuaState state) {
    return new Coroutine(state, state.newStack());
  }

  public Coroutine(LuaState state, LuaFunction body) {
    this.state = state;
    this.stack = state.newStack();
    this.status = Status.SUSPENDED;
    this.fiber =
        new Fiber(
            SCRIPT,
            () -> {
              try {
                transfer = Values.all(body.invoke(transfer));
              } catch (Throwable e) {
                failure = e;
              }
            });
  }

  /** Its call stack as {@code debug.traceback} shows it. */
  public String traceback() {
    return stack.traceback(1);
  }

  CallStack stack() {
    return stack;
  }

  /** The script has seen this coroutine and may remember it. */
  void expose() {
    exposed = true;
  }

  /** Whether another run may use it. */
  boolean reusable() {
    return !exposed && unyieldable == 0 && status == Status.RUNNING;
  }

  public Status status() {
    return status;
  }

  void setStatus(Status status) {
    this.status = status;
  }

  /** Whether {@link #yield} works now. */
  public boolean yieldable() {
    return unyieldable == 0;
  }

  /** Begins a stretch in which this coroutine must not yield; ended by {@link #allowYield}. */
  public void forbidYield() {
    state.enterNative();
    unyieldable++;
  }

  public void allowYield() {
    unyieldable--;
    state.leaveNative();
  }

  /**
   * Runs until it yields or ends; returns what it yielded or returned.
   *
   * @throws LuaError what its body raised
   */
  public @Nullable Object[] resume(@Nullable Object[] arguments) {
    Fiber fiber = this.fiber;
    if (fiber == null || status != Status.SUSPENDED) {
      throw new LuaError(
          "cannot resume " + (status == Status.DEAD ? "dead" : "running") + " coroutine");
    }
    state.enterNative();
    Coroutine from = state.current();
    resumer = from;
    from.status = Status.NORMAL;
    status = Status.RUNNING;
    transfer = arguments;
    state.switchTo(this);
    try {
      fiber.resume();
    } finally {
      state.leaveNative();
      state.switchTo(from);
      from.status = Status.RUNNING;
      resumer = null;
      status = fiber.done() ? Status.DEAD : Status.SUSPENDED;
    }
    Throwable failed = failure;
    if (failed != null) {
      failure = null;
      throw state.caught(failed);
    }
    @Nullable Object[] result = transfer;
    transfer = Values.NONE;
    return result;
  }

  /** Hands values to the resumer; returns what the next resume passes. */
  public static @Nullable Object[] yield(LuaState state, @Nullable Object[] values) {
    Coroutine current = state.current();
    if (current.unyieldable > 0) {
      throw state.error("attempt to yield across C-call boundary");
    }
    if (current.resumer == null) {
      throw ScriptStop.because("script performed an unexpected yield");
    }
    current.transfer = values;
    Fiber.suspend(SCRIPT);
    @Nullable Object[] passed = current.transfer;
    current.transfer = Values.NONE;
    return passed;
  }
}
