package io.weir.controlplane.security;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;

/** Rules as the RBAC filter of requests. */
final class HttpRbac {

  private static final String NAME = "envoy.filters.http.rbac";

  private HttpRbac() {}

  static HttpFilter filter(RbacRules rules) {
    RBAC.Builder config = RBAC.newBuilder().setShadowRulesStatPrefix(rules.shadowPrefix());
    if (rules.enforced() != null) {
      config.setRules(rules.enforced());
    }
    if (rules.shadow() != null) {
      config.setShadowRules(rules.shadow());
    }
    return HttpFilter.newBuilder().setName(NAME).setTypedConfig(Any.pack(config.build())).build();
  }
}
