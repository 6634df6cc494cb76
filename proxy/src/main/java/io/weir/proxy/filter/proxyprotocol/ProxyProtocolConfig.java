package io.weir.proxy.filter.proxyprotocol;

import io.weir.filter.WorkerLocal;
import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.proxy.cluster.ProxyHeader.Passed;
import java.util.List;
import java.util.Set;

/**
 * A loaded PROXY protocol filter.
 *
 * @param allowAbsent whether a connection may come without a header
 * @param disallowedVersions versions that end the connection
 * @param passThrough which TLVs are kept for the upstream
 * @param inFilterState whether values that rules name go to the filter state, not to the metadata
 */
record ProxyProtocolConfig(
    List<Rule> rules,
    boolean allowAbsent,
    Set<Integer> disallowedVersions,
    Passed passThrough,
    boolean inFilterState,
    WorkerLocal<ProxyProtocolStats> stats)
    implements ListenerFilterConfig {
  ProxyProtocolConfig {
    rules = List.copyOf(rules);
    disallowedVersions = Set.copyOf(disallowedVersions);
  }

  /** Puts the value of a TLV into the dynamic metadata, as text. */
  record Rule(int tlvType, String namespace, String key) {}

  @Override
  public ListenerFilter newFilter() {
    return new ProxyProtocol(this);
  }
}
