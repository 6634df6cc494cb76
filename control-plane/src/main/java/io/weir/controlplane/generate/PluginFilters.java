package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.weir.controlplane.config.PluginPhase;
import io.weir.controlplane.push.TrafficPlugin;
import io.weir.xds.ResourceType;
import java.util.ArrayList;
import java.util.List;

/**
 * Filters of plugins. A wasm module or a jar is named here and configured by an extension config of
 * its own, so that a new version of it does not touch the listener; a script stands inline.
 */
final class PluginFilters {

  private static final String WASM_HTTP = "envoy.extensions.filters.http.wasm.v3.Wasm";
  private static final String WASM_NETWORK = "envoy.extensions.filters.network.wasm.v3.Wasm";
  private static final String RBAC_HTTP = "envoy.extensions.filters.http.rbac.v3.RBAC";
  private static final String RBAC_NETWORK = "envoy.extensions.filters.network.rbac.v3.RBAC";

  private PluginFilters() {}

  /** HTTP filters of one phase, in order. */
  static List<HttpFilter> http(
      List<TrafficPlugin> plugins, PluginPhase phase, boolean inbound, int port) {
    List<HttpFilter> filters = new ArrayList<>();
    for (TrafficPlugin plugin : plugins) {
      if (!plugin.network() && plugin.phase() == phase && plugin.matches(inbound, port)) {
        filters.add(http(plugin));
      }
    }
    return filters;
  }

  /** Network filters of all phases, in order. */
  static List<Filter> network(List<TrafficPlugin> plugins, boolean inbound, int port) {
    List<Filter> filters = new ArrayList<>();
    for (PluginPhase phase :
        List.of(
            PluginPhase.AUTHN,
            PluginPhase.AUTHZ,
            PluginPhase.STATS,
            PluginPhase.UNSPECIFIED_PHASE)) {
      filters.addAll(network(plugins, phase, inbound, port));
    }
    return filters;
  }

  /** Network filters of one phase, in order. */
  static List<Filter> network(
      List<TrafficPlugin> plugins, PluginPhase phase, boolean inbound, int port) {
    List<Filter> filters = new ArrayList<>();
    for (TrafficPlugin plugin : plugins) {
      if (plugin.network() && plugin.phase() == phase && plugin.matches(inbound, port)) {
        String type =
            plugin.code() instanceof TrafficPlugin.Jar
                ? ExtensionGenerator.JAR_NETWORK
                : WASM_NETWORK;
        filters.add(
            Filter.newBuilder()
                .setName(plugin.resourceName())
                .setConfigDiscovery(discovery(type, RBAC_NETWORK))
                .build());
      }
    }
    return filters;
  }

  private static HttpFilter http(TrafficPlugin plugin) {
    HttpFilter.Builder filter = HttpFilter.newBuilder().setName(plugin.resourceName());
    return switch (plugin.code()) {
      case TrafficPlugin.Wasm _ ->
          filter.setConfigDiscovery(discovery(WASM_HTTP, RBAC_HTTP)).build();
      case TrafficPlugin.Jar _ ->
          filter.setConfigDiscovery(discovery(ExtensionGenerator.JAR_HTTP, RBAC_HTTP)).build();
      case TrafficPlugin.Lua lua ->
          filter
              .setTypedConfig(
                  Messages.any(
                      Lua.newBuilder()
                          .setDefaultSourceCode(
                              DataSource.newBuilder().setInlineString(lua.script()))
                          .build()))
              .build();
    };
  }

  /** The second type stands for a plugin that cannot be had: let through, or refuse. */
  private static ExtensionConfigSource discovery(String type, String substitute) {
    return ExtensionConfigSource.newBuilder()
        .setConfigSource(Messages.ADS)
        .addTypeUrls(ResourceType.TYPE_URL_PREFIX + type)
        .addTypeUrls(ResourceType.TYPE_URL_PREFIX + substitute)
        .build();
  }
}
