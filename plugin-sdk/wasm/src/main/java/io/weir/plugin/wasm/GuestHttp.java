package io.weir.plugin.wasm;

import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.ExchangeEndedError;
import io.weir.plugin.HttpCalls;
import java.util.ArrayList;
import java.util.List;

/** Straight-line calls, in the name of the context whose code runs. */
final class GuestHttp implements HttpCalls {
  static final GuestHttp INSTANCE = new GuestHttp();
  static final int NOBODY = -1;
  static final int ENDED = -2;
  private static int running = NOBODY;

  private GuestHttp() {}

  /** Notes in whose name code runs now; returns who it was before. */
  static int enter(int context) {
    int before = running;
    running = context;
    return before;
  }

  @Override
  public List<CallReply> all(Call... calls) {
    var join = new GuestJoin(caller(), calls.length);
    for (int i = 0; i < calls.length; i++) {
      if (!GuestCalls.send(calls[i], new GuestCalls.Straight(join, i))) {
        join.arrived(i, GuestCalls.NONE);
      }
    }
    join.await();
    var replies = new ArrayList<CallReply>();
    for (Object reply : join.replies()) {
      replies.add((CallReply) reply);
    }
    return replies;
  }

  /** In whose name a call is made now. */
  static int caller() {
    if (running == ENDED) {
      throw new ExchangeEndedError();
    }
    if (running == NOBODY) {
      throw new IllegalStateException(
          "calls are possible in callbacks of an exchange and in onTick, not in start and onEnd");
    }
    return running;
  }
}
