package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;

/** Reads {@code dns_lookup_family}, of which there are two enums. */
final class DnsFamilies {
  private DnsFamilies() {}

  static DnsResolver.Family of(Cluster.DnsLookupFamily family) {
    return switch (family) {
      case V4_ONLY -> DnsResolver.Family.V4_ONLY;
      case V6_ONLY -> DnsResolver.Family.V6_ONLY;
      case V4_PREFERRED -> DnsResolver.Family.V4_PREFERRED;
      case ALL -> DnsResolver.Family.ALL;
      default -> DnsResolver.Family.AUTO;
    };
  }

  static DnsResolver.Family of(
      io.envoyproxy.envoy.extensions.clusters.common.dns.v3.DnsLookupFamily family) {
    return switch (family) {
      case V4_ONLY -> DnsResolver.Family.V4_ONLY;
      case V6_ONLY -> DnsResolver.Family.V6_ONLY;
      case V4_PREFERRED -> DnsResolver.Family.V4_PREFERRED;
      case ALL -> DnsResolver.Family.ALL;
      default -> DnsResolver.Family.AUTO;
    };
  }
}
