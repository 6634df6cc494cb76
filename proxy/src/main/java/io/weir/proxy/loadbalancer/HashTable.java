package io.weir.proxy.loadbalancer;

import io.weir.filter.Value;
import io.weir.proxy.cluster.Host;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Consistent hashing over one priority's hosts. Immutable, shared by all workers. */
interface HashTable {
  /**
   * The host of a hash.
   *
   * @param attempt how many hosts were refused already
   */
  @Nullable Host choose(long hash, int attempt);

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
