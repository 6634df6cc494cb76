package io.weir.controlplane.generate;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.weir.controlplane.config.WasmPlugin.FailStrategy;
import io.weir.controlplane.push.TrafficPlugin;

/** What stands in for a plugin whose module cannot be had: let everything through, or nothing. */
final class ModuleSubstitute {

  private static final String STAT_PREFIX = "plugin_missing";

  private ModuleSubstitute() {}

  static Any of(TrafficPlugin plugin, FailStrategy strategy) {
    boolean open = strategy == FailStrategy.FAIL_OPEN;
    // Rules without a policy allow nothing; no rules at all allow everything.
    RBAC nothing = RBAC.newBuilder().setAction(RBAC.Action.ALLOW).build();
    if (plugin.network()) {
      var network =
          io.envoyproxy
              .envoy
              .extensions
              .filters
              .network
              .rbac
              .v3
              .RBAC
              .newBuilder()
              .setStatPrefix(STAT_PREFIX);
      return Messages.any(open ? network.build() : network.setRules(nothing).build());
    }
    var http = io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.newBuilder();
    return Messages.any(open ? http.build() : http.setRules(nothing).build());
  }
}
