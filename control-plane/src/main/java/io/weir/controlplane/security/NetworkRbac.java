package io.weir.controlplane.security;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC;

/** Rules as the RBAC filter of connections. */
final class NetworkRbac {

  private static final String NAME = "envoy.filters.network.rbac";

  private NetworkRbac() {}

  static Filter filter(RbacRules rules) {
    RBAC.Builder config =
        RBAC.newBuilder().setStatPrefix("tcp.").setShadowRulesStatPrefix(rules.shadowPrefix());
    if (rules.enforced() != null) {
      config.setRules(rules.enforced());
    }
    if (rules.shadow() != null) {
      config.setShadowRules(rules.shadow());
    }
    return Filter.newBuilder().setName(NAME).setTypedConfig(Any.pack(config.build())).build();
  }
}
