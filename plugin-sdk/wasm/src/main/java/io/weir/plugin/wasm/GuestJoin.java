package io.weir.plugin.wasm;

import io.weir.plugin.ExchangeEndedError;
import org.jspecify.annotations.Nullable;
import org.teavm.interop.Async;
import org.teavm.interop.AsyncCallback;

/** Replies that one piece of code waits for together. */
final class GuestJoin {
  private final int context;
  private final Object[] replies;
  private int missing;
  private @Nullable AsyncCallback<GuestJoin> waiting;

  /**
   * @param context the context in whose name the code runs
   */
  GuestJoin(int context, int count) {
    this.context = context;
    this.replies = new Object[count];
    this.missing = count;
  }

  int context() {
    return context;
  }

  Object[] replies() {
    return replies;
  }

  /** Notes a reply; with the last one the waiting code runs on, before this returns. */
  void arrived(int place, Object reply) {
    replies[place] = reply;
    missing--;
    AsyncCallback<GuestJoin> callback = waiting;
    if (missing == 0 && callback != null) {
      callback.complete(this);
    }
  }

  /** Ends the wait by an exception: the context is gone. */
  void abandon() {
    AsyncCallback<GuestJoin> callback = waiting;
    if (callback != null) {
      callback.error(new ExchangeEndedError());
    }
  }

  /** Returns when all replies are there. */
  void await() {
    if (missing > 0) {
      suspend(this);
    }
  }

  @Async
  private static native GuestJoin suspend(GuestJoin join);

  private static void suspend(GuestJoin join, AsyncCallback<GuestJoin> callback) {
    join.waiting = callback;
  }
}
