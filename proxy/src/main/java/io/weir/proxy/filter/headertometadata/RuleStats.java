package io.weir.proxy.filter.headertometadata;

import io.weir.filter.Counter;
import io.weir.filter.Stats;

/** What a configuration with a {@code stat_prefix} counts on one worker. */
record RuleStats(Direction request, Direction response, Counter base64Failed, Counter tooLong) {

  record Direction(Counter processed, Counter added, Counter notFound) {
    private static Direction open(Stats stats, String prefix, String side) {
      return new Direction(
          stats.counter(prefix, side + "_rules_processed"),
          stats.counter(prefix, side + "_metadata_added"),
          stats.counter(prefix, side + "_header_not_found"));
    }
  }

  static RuleStats open(Stats stats, String prefix) {
    // A substitution cannot fail here; the counter exists as it does in Envoy.
    stats.counter(prefix, "regex_substitution_failed");
    return new RuleStats(
        Direction.open(stats, prefix, "request"),
        Direction.open(stats, prefix, "response"),
        stats.counter(prefix, "base64_decode_failed"),
        stats.counter(prefix, "header_value_too_long"));
  }
}
