package io.weir.proxy.cluster;

import io.weir.filter.Counter;
import io.weir.filter.Stats;
import org.jspecify.annotations.Nullable;

/**
 * {@code upstream_rq_completed}, {@code upstream_rq_2xx}, {@code upstream_rq_200} and so on below
 * one prefix, of one worker. A code's counter is made when the code first occurs.
 */
public final class ResponseCodeStats {
  private static final int MAX_CODE = 600;

  private final Stats stats;
  private final String prefix;
  private final @Nullable Counter[] codes = new Counter[MAX_CODE];
  private final @Nullable Counter[] classes = new Counter[6];
  private @Nullable Counter completed;

  ResponseCodeStats(Stats stats, String prefix) {
    this.stats = stats;
    this.prefix = prefix;
  }

  public void charge(int code) {
    if (completed == null) {
      completed = stats.counter(prefix, "upstream_rq_completed");
    }
    completed.inc();
    if (code < 0 || code >= MAX_CODE) {
      return;
    }
    int group = code / 100;
    if (group >= 1 && group <= 5) {
      Counter counter = classes[group];
      if (counter == null) {
        counter = stats.counter(prefix, "upstream_rq_" + group + "xx");
        classes[group] = counter;
      }
      counter.inc();
    }
    Counter counter = codes[code];
    if (counter == null) {
      counter = stats.counter(prefix, "upstream_rq_" + code);
      codes[code] = counter;
    }
    counter.inc();
  }
}
