package io.weir.controlplane.generate;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.weir.controlplane.config.WasmPlugin.FailStrategy;
import io.weir.controlplane.push.TrafficPlugin;

/** What stands in for a plugin whose module cannot be had: let everything through, or nothing. */
final class ModuleSubstitute {

  private static final io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC NETWORK =
      io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.getDefaultInstance();
  private static final io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC HTTP =
      io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.getDefaultInstance();

  private ModuleSubstitute() {}

  static Any of(TrafficPlugin plugin, FailStrategy strategy) {
    boolean open = strategy == FailStrategy.FAIL_OPEN;
    // Rules without a policy allow nothing; no rules at all allow everything.
    RBAC nothing = RBAC.newBuilder().setAction(RBAC.Action.ALLOW).build();
    if (plugin.network()) {
      var network = NETWORK.toBuilder().setStatPrefix("plugin_missing");
      return Messages.any(open ? network.build() : network.setRules(nothing).build());
    }
    return Messages.any(open ? HTTP : HTTP.toBuilder().setRules(nothing).build());
  }
}
