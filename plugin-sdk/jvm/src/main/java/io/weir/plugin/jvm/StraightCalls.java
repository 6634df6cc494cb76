package io.weir.plugin.jvm;

import io.weir.filter.Worker;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.GrpcCall;
import io.weir.plugin.GrpcCalls;
import io.weir.plugin.GrpcReply;
import io.weir.plugin.HttpCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Straight-line calls of one plugin instance, from whichever of its strands runs. */
final class StraightCalls implements HttpCalls, GrpcCalls {
  private final Worker worker;
  private final Budget budget;
  private @Nullable Strand running;

  StraightCalls(Worker worker, Budget budget) {
    this.worker = worker;
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
    return all(calls, (call, then) -> PluginCall.send(worker.clusters(), call, then));
  }

  @Override
  public List<GrpcReply> all(GrpcCall... calls) {
    return all(calls, (call, then) -> PluginCall.send(worker, call, then));
  }

  private <C, R> List<R> all(C[] calls, BiFunction<C, Consumer<R>, PluginCall> send) {
    Strand strand = running;
    if (strand == null) {
      throw new IllegalStateException(
          "calls are possible in callbacks of an exchange and in onTick, not in start and onEnd");
    }
    var join = new Join<R>(strand, calls.length);
    List<PluginCall> sent = new ArrayList<>(calls.length);
    for (int i = 0; i < calls.length; i++) {
      int place = i;
      sent.add(send.apply(calls[i], reply -> join.arrived(place, reply)));
    }
    try {
      return join.await();
    } finally {
      sent.forEach(PluginCall::cancel);
    }
  }

  /** Replies that one strand waits for together. */
  private static final class Join<R> {
    private final Strand strand;
    private final List<@Nullable R> replies;
    private int missing;
    private boolean waiting;

    Join(Strand strand, int count) {
      this.strand = strand;
      this.replies = new ArrayList<>(count);
      this.missing = count;
      for (int i = 0; i < count; i++) {
        replies.add(null);
      }
    }

    void arrived(int place, R reply) {
      replies.set(place, reply);
      missing--;
      if (missing == 0 && waiting) {
        strand.resume();
      }
    }

    List<R> await() {
      if (missing > 0) {
        waiting = true;
        try {
          strand.await();
        } finally {
          waiting = false;
        }
      }
      return replies.stream().map(Objects::requireNonNull).toList();
    }
  }
}
