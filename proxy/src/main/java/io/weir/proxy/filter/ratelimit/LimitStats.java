package io.weir.proxy.filter.ratelimit;

import io.weir.filter.Counter;
import io.weir.filter.Stats;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the filter counts on one worker, for the clusters that requests go to. */
final class LimitStats {
  private final Stats stats;
  private final String prefix;
  private final Map<String, Counters> clusters = new HashMap<>();

  LimitStats(Stats stats, String prefix) {
    this.stats = stats;
    this.prefix = prefix;
  }

  /** Outcomes for one cluster. */
  record Counters(Counter ok, Counter error, Counter overLimit, Counter failureModeAllowed) {}

  /**
   * @param cluster where the request goes, or null
   */
  Counters of(@Nullable String cluster) {
    String name = cluster == null ? "" : cluster;
    Counters known = clusters.get(name);
    if (known == null) {
      String scope = "cluster." + name + "." + prefix;
      known =
          new Counters(
              stats.counter(scope, "ok"),
              stats.counter(scope, "error"),
              stats.counter(scope, "over_limit"),
              stats.counter(scope, "failure_mode_allowed"));
      clusters.put(name, known);
    }
    return known;
  }
}
