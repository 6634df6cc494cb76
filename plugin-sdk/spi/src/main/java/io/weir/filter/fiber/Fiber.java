package io.weir.filter.fiber;

import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;
import org.jspecify.annotations.Nullable;

/**
 * Straight-line code that runs on an event loop and can step aside. {@link #resume} starts or
 * continues the body on the calling thread and returns when the body ends or suspends. Fibers nest:
 * the body of one may resume others, and {@link #suspend} names the scope to leave, so that an
 * inner fiber can suspend the outer one with it.
 *
 * <p>Rules: resume only on the thread that made the fiber; never suspend while holding a monitor or
 * below a static initialiser; a fiber that is dropped while suspended is plain garbage. An
 * exception that leaves the body leaves {@link #resume}, and the fiber is done.
 *
 * <p>Backed by {@code jdk.internal.vm.Continuation}: the JVM needs {@code --add-exports
 * java.base/jdk.internal.vm=ALL-UNNAMED}, which the launcher adds.
 */
public final class Fiber {

  /** A kind of fiber; {@link Fiber#suspend} leaves the innermost running fiber of a scope. */
  public static final class Scope {
    private final ContinuationScope scope;

    public Scope(String name) {
      this.scope = new ContinuationScope(name);
    }
  }

  private static final String PACKAGE = "jdk.internal.vm";

  private final Continuation continuation;

  /**
   * Why this JVM has no fibers, with what to do about it; null when it has. To be asked when a
   * configuration is loaded that needs them: there is no slower substitute, because a thread of its
   * own would have to be handed the worker's state back and forth.
   */
  public static @Nullable String unavailable() {
    return Object.class.getModule().isExported(PACKAGE, Fiber.class.getModule())
        ? null
        : "this JVM hides "
            + PACKAGE
            + ": start it with --add-exports java.base/"
            + PACKAGE
            + "=ALL-UNNAMED, as ./weir does";
  }

  public Fiber(Scope scope, Runnable body) {
    this.continuation = new Continuation(scope.scope, body);
  }

  /**
   * Starts or continues the body.
   *
   * @throws IllegalStateException when the body has ended
   */
  public void resume() {
    continuation.run();
  }

  /** Whether the body has ended, normally or by an exception. */
  public boolean done() {
    return continuation.isDone();
  }

  /**
   * Suspends the innermost running fiber of {@code scope}; returns when it is resumed.
   *
   * @throws IllegalStateException when no fiber of that scope runs here, or the stack is pinned
   */
  public static void suspend(Scope scope) {
    Continuation.yield(scope.scope);
  }

  /** Whether the calling code runs inside a fiber of {@code scope}. */
  public static boolean inside(Scope scope) {
    return Continuation.getCurrentContinuation(scope.scope) != null;
  }
}
