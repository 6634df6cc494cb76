package io.weir.proxy.listener;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.filter.Problems;
import io.weir.proxy.network.DownstreamConnectionInfo;

/** The choice of a filter chain without a listener: for tools. */
public final class ChainSelection {
  private ChainSelection() {}

  /**
   * The index of the chain that takes a connection, or -1 when none does and the default chain is
   * asked.
   */
  public static int find(Listener listener, DownstreamConnectionInfo info, Problems problems) {
    var matcher = new FilterChainMatcher();
    for (int i = 0; i < listener.getFilterChainsCount(); i++) {
      matcher.add(i, FilterChainLoader.match(listener.getFilterChains(i), problems));
    }
    int chain = matcher.find(info);
    return chain == FilterChainMatcher.NONE ? -1 : chain;
  }
}
