package io.weir.controlplane.security;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.weir.controlplane.config.AuthorizationPolicy;
import io.weir.controlplane.config.AuthorizationPolicy.Action;
import io.weir.controlplane.config.Config;
import java.util.List;
import java.util.stream.Stream;

/** AuthorizationPolicies of a proxy as RBAC filters: one for each action, AUDIT, DENY, ALLOW. */
public final class AuthorizationTranslator {

  private AuthorizationTranslator() {}

  /** Filters that judge requests. */
  public static List<HttpFilter> http(List<Config<AuthorizationPolicy>> policies) {
    return rules(policies, false).map(HttpRbac::filter).toList();
  }

  /** Filters that judge connections. */
  public static List<Filter> network(List<Config<AuthorizationPolicy>> policies) {
    return rules(policies, true).map(NetworkRbac::filter).toList();
  }

  /**
   * Filters for CUSTOM policies, whose external authorizer is not known here: they refuse what the
   * policies are about, because nobody said that it may pass.
   */
  public static List<HttpFilter> custom(List<Config<AuthorizationPolicy>> policies) {
    return RbacRules.withoutAuthorizer(policies, false).stream().map(HttpRbac::filter).toList();
  }

  /** As {@link #custom}, for connections. */
  public static List<Filter> customNetwork(List<Config<AuthorizationPolicy>> policies) {
    return RbacRules.withoutAuthorizer(policies, true).stream().map(NetworkRbac::filter).toList();
  }

  private static Stream<RbacRules> rules(List<Config<AuthorizationPolicy>> policies, boolean tcp) {
    return Stream.of(Action.AUDIT, Action.DENY, Action.ALLOW)
        .map(action -> RbacRules.of(policies, action, tcp))
        .filter(RbacRules::any);
  }
}
