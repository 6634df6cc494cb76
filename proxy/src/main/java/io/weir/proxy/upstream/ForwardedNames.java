package io.weir.proxy.upstream;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.cluster.LoadBalancerContext;
import java.net.InetSocketAddress;

/**
 * Where a cluster of dynamic forward proxying sends a request: to the host that its authority
 * names, which the filter of the same kind has put into the cache.
 *
 * @param defaultPort for an authority without a port
 */
record ForwardedNames(DnsCache cache, int defaultPort, long cleanupMillis)
    implements RequestedHosts {

  @Override
  public Choice choose(LoadBalancerContext context) {
    HeaderMap headers = context.requestHeaders();
    String authority = headers == null ? null : headers.get(HeaderName.AUTHORITY);
    if (authority == null || authority.isEmpty()) {
      return new None();
    }
    HostAndPort target = HostAndPort.parse(authority, defaultPort);
    DnsCacheEntry entry = cache.find(target.key());
    InetSocketAddress address = entry == null ? null : entry.address();
    return address == null ? new None() : new Found(target.key(), address, target.host());
  }
}
