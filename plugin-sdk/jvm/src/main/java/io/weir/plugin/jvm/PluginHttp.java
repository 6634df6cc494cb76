package io.weir.plugin.jvm;

import io.weir.filter.http.ClusterClient;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.HttpCalls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Straight-line calls of one plugin instance, from whichever of its strands runs. */
final class PluginHttp implements HttpCalls {
  private final ClusterClient clusters;
  private final Budget budget;
  private @Nullable Strand running;

  PluginHttp(ClusterClient clusters, Budget budget) {
    this.clusters = clusters;
    this.budget = budget;
  }

  Budget budget() {
    return budget;
  }

  /** Notes which strand runs now; returns the one that ran before. */
  @Nullable Strand enter(@Nullable Strand strand) {
    Strand before = running;
    running = strand;
    return before;
  }

  @Override
  public List<CallReply> all(Call... calls) {
    Strand strand = running;
    if (strand == null) {
      throw new IllegalStateException(
          "calls are possible in callbacks of an exchange and in onTick, not in start and onEnd");
    }
    var join = new Join(strand, calls.length);
    List<PluginCall> sent = new ArrayList<>(calls.length);
    for (int i = 0; i < calls.length; i++) {
      int place = i;
      sent.add(PluginCall.send(clusters, calls[i], reply -> join.arrived(place, reply)));
    }
    try {
      return join.await();
    } finally {
      sent.forEach(PluginCall::cancel);
    }
  }

  /** Replies that one strand waits for together. */
  private static final class Join {
    private final Strand strand;
    private final @Nullable CallReply[] replies;
    private int missing;
    private boolean waiting;

    Join(Strand strand, int count) {
      this.strand = strand;
      this.replies = new CallReply[count];
      this.missing = count;
    }

    void arrived(int place, CallReply reply) {
      replies[place] = reply;
      missing--;
      if (missing == 0 && waiting) {
        strand.resume();
      }
    }

    List<CallReply> await() {
      if (missing > 0) {
        waiting = true;
        try {
          strand.await();
        } finally {
          waiting = false;
        }
      }
      return List.of(replies);
    }
  }
}
