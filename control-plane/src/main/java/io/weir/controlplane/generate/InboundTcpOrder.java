package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.weir.controlplane.config.PluginPhase;
import java.util.ArrayList;
import java.util.List;

/** The order of network filters in front of a forwarded inbound connection. */
final class InboundTcpOrder {

  private InboundTcpOrder() {}

  /** In a sidecar. */
  static List<Filter> filters(ListenerSettings settings, int port) {
    return filters(settings, true, port);
  }

  /** In a gateway, which is a client to its plugins. */
  static List<Filter> gateway(ListenerSettings settings, int port) {
    return filters(settings, false, port);
  }

  private static List<Filter> filters(ListenerSettings settings, boolean inbound, int port) {
    List<Filter> filters = new ArrayList<>(settings.security().customNetwork());
    filters.addAll(PluginFilters.network(settings.plugins(), PluginPhase.AUTHN, inbound, port));
    filters.addAll(PluginFilters.network(settings.plugins(), PluginPhase.AUTHZ, inbound, port));
    filters.addAll(settings.security().rbacNetwork());
    filters.addAll(PluginFilters.network(settings.plugins(), PluginPhase.STATS, inbound, port));
    filters.addAll(
        PluginFilters.network(settings.plugins(), PluginPhase.UNSPECIFIED_PHASE, inbound, port));
    return filters;
  }
}
