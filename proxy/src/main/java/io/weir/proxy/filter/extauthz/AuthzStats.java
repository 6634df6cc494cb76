package io.weir.proxy.filter.extauthz;

import io.weir.filter.Counter;
import io.weir.filter.Stats;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the filter counts on one worker, for itself and for the clusters of the requests. */
final class AuthzStats {
  enum Result {
    OK("ok"),
    DENIED("denied"),
    ERROR("error"),
    DISABLED("disabled"),
    INVALID("invalid"),
    FAILURE_MODE_ALLOWED("failure_mode_allowed");

    private final String text;

    Result(String text) {
      this.text = text;
    }
  }

  private static final List<String> NEVER =
      List.of(
          "filter_state_name_collision",
          "ignored_dynamic_metadata",
          "omitted_response_headers",
          "request_header_limits_reached",
          "response_header_limits_reached",
          "shadow_denied",
          "shadow_error");

  private final Stats stats;
  private final Counter[] own;
  private final String cluster;
  private final Map<String, Counter[]> clusters = new HashMap<>();

  /**
   * @param cluster what stands between a cluster's name and a statistic's
   */
  AuthzStats(Stats stats, String prefix, String cluster) {
    this.stats = stats;
    this.own = counters(stats, prefix);
    // What only happens with options that are off exists as it does in Envoy.
    NEVER.forEach(name -> stats.counter(prefix, name));
    this.cluster = cluster;
  }

  private static Counter[] counters(Stats stats, String prefix) {
    Result[] results = Result.values();
    var counters = new Counter[results.length];
    for (int i = 0; i < results.length; i++) {
      counters[i] = stats.counter(prefix, results[i].text);
    }
    return counters;
  }

  /**
   * @param cluster where the request goes, or null
   */
  void count(Result result, @Nullable String cluster) {
    own[result.ordinal()].inc();
    if (cluster != null && result != Result.DISABLED) {
      clusters
          .computeIfAbsent(cluster, name -> counters(stats, "cluster." + name + this.cluster))[
          result.ordinal()]
          .inc();
    }
  }
}
