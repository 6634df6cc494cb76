package io.weir.proxy.filter.proxyprotocol;

import io.weir.filter.WorkerLocal;
import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterConfig;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A loaded PROXY protocol filter.
 *
 * @param allowAbsent whether a connection may come without a header
 * @param disallowedVersions versions that end the connection
 * @param passThrough which TLVs are kept for the upstream: null for none, empty for all
 */
record ProxyProtocolConfig(
    List<Rule> rules,
    boolean allowAbsent,
    Set<Integer> disallowedVersions,
    @Nullable Set<Integer> passThrough,
    WorkerLocal<ProxyProtocolStats> stats)
    implements ListenerFilterConfig {
  ProxyProtocolConfig {
    rules = List.copyOf(rules);
    disallowedVersions = Set.copyOf(disallowedVersions);
    passThrough = passThrough == null ? null : Set.copyOf(passThrough);
  }

  /** Puts the value of a TLV into the dynamic metadata, as text. */
  record Rule(int tlvType, String namespace, String key) {}

  @Override
  public ListenerFilter newFilter() {
    return new ProxyProtocol(this);
  }
}
