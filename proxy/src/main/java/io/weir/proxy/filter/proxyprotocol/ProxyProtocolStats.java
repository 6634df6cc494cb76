package io.weir.proxy.filter.proxyprotocol;

import io.weir.filter.Counter;
import io.weir.filter.Stats;

/** The statistics {@code proxy_proto.*} of one worker. */
final class ProxyProtocolStats {
  final Counter notFoundAllowed;
  final Counter notFoundDisallowed;
  final Counter errors;
  private final Counter[] found = new Counter[3];
  private final Counter[] disallowed = new Counter[3];
  private final Counter[] error = new Counter[3];

  /**
   * @param statPrefix {@code proxy_proto.} with the configured prefix
   */
  ProxyProtocolStats(Stats stats, String statPrefix) {
    errors = stats.counter("", "downstream_cx_proxy_proto_error");
    notFoundAllowed = stats.counter(statPrefix, "not_found_allowed");
    notFoundDisallowed = stats.counter(statPrefix, "not_found_disallowed");
    for (int version = 0; version < found.length; version++) {
      // Element 0 takes nothing and is not shown.
      Stats to = version == 0 ? null : stats;
      String prefix = statPrefix + "versions.v" + version + ".";
      found[version] = to == null ? Counter.detached() : to.counter(prefix, "found");
      disallowed[version] = to == null ? Counter.detached() : to.counter(prefix, "disallowed");
      error[version] = to == null ? Counter.detached() : to.counter(prefix, "error");
    }
  }

  Counter found(int version) {
    return found[version];
  }

  Counter disallowed(int version) {
    return disallowed[version];
  }

  Counter error(int version) {
    return error[version];
  }
}
