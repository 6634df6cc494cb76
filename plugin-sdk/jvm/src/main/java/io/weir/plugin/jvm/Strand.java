package io.weir.plugin.jvm;

import io.weir.filter.fiber.Fiber;
import io.weir.plugin.ExchangeEndedError;

/**
 * Code of a plugin that can step aside for a call: it waits, the worker does not. Used on one
 * worker.
 */
final class Strand {
  private static final Fiber.Scope SCOPE = new Fiber.Scope("plugin callback");

  private final StraightCalls http;
  private final Fiber fiber;
  private boolean waiting;
  private boolean abandoned;

  Strand(StraightCalls http, Runnable body) {
    this.http = http;
    this.fiber = new Fiber(SCOPE, body);
  }

  /** Starts or continues the code; returns when it ends or waits. */
  void resume() {
    Strand outer = http.enter(this);
    try {
      fiber.resume();
    } finally {
      http.enter(outer);
    }
  }

  boolean done() {
    return fiber.done();
  }

  /** Whether the code stands in {@link #await}. */
  boolean waiting() {
    return waiting;
  }

  /**
   * Called by the code itself: returns after the next {@link #resume}.
   *
   * @throws ExchangeEndedError when there is nothing left to wait for
   */
  void await() {
    if (!abandoned) {
      Budget budget = http.budget();
      waiting = true;
      budget.exit(0);
      try {
        Fiber.suspend(SCOPE);
      } finally {
        waiting = false;
        budget.enter();
      }
    }
    if (abandoned) {
      throw new ExchangeEndedError();
    }
  }

  /** Ends the code if it waits; it does not wait again. */
  void abandon() {
    abandoned = true;
    if (waiting) {
      resume();
    }
  }
}
