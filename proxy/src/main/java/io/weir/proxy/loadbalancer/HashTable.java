package io.weir.proxy.loadbalancer;

import io.weir.filter.Value;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import java.nio.charset.StandardCharsets;
import java.util.IntSummaryStatistics;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Consistent hashing over one priority's hosts. Immutable, shared by all workers. */
interface HashTable {
  /**
   * The host of a hash.
   *
   * @param attempt how many hosts were refused already
   */
  @Nullable Host choose(long hash, int attempt);

  /** How large the table is, and the parts of hosts in it; null where nobody wants to know. */
  default @Nullable Spread spread() {
    return null;
  }

  /**
   * What is shown of a table.
   *
   * @param prefix {@code ring_hash_lb} or {@code maglev_lb}
   * @param part the word for an entry
   * @param size 0 where it is not shown
   */
  record Spread(String prefix, String part, long size, long min, long max) {
    /**
     * @param counts entries of each host
     */
    static Spread of(String prefix, String part, long size, int[] counts) {
      IntSummaryStatistics summary = IntStream.of(counts).summaryStatistics();
      return new Spread(
          prefix,
          part,
          size,
          counts.length == 0 ? 0 : summary.getMin(),
          counts.length == 0 ? 0 : summary.getMax());
    }

    void show(ClusterStats stats) {
      String scope = stats.prefix() + prefix + ".";
      if (size > 0) {
        stats.stats().gauge(scope, "size").set(size);
      }
      stats.stats().gauge(scope, "min_" + part + "_per_host").set(min);
      stats.stats().gauge(scope, "max_" + part + "_per_host").set(max);
    }
  }

  /** What of a host is hashed: its {@code envoy.lb} key, its name or its address. */
  static byte[] key(Host host, boolean useHostname) {
    if (host.metadata().find("envoy.lb", "hash_key") instanceof Value.StringValue(String key)
        && !key.isEmpty()) {
      return key.getBytes(StandardCharsets.UTF_8);
    }
    String text = useHostname ? host.hostname() : host.addressText();
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
