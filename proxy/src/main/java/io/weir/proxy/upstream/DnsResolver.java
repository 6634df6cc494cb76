package io.weir.proxy.upstream;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Resolves host names. Thread-safe. */
public interface DnsResolver extends AutoCloseable {

  /** {@code dns_lookup_family}. */
  enum Family {
    AUTO,
    V4_ONLY,
    V6_ONLY,
    V4_PREFERRED,
    ALL
  }

  /**
   * Addresses of a name.
   *
   * @param addresses empty when the name exists without addresses
   * @param ttlSeconds the least time to live
   */
  record Answer(List<InetAddress> addresses, long ttlSeconds) {
    public Answer {
      addresses = List.copyOf(addresses);
    }
  }

  /** Fails when the name cannot be resolved. */
  CompletionStage<Answer> resolve(String name, Family family);

  @Override
  void close();
}
