package io.weir.controlplane.security;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.weir.controlplane.config.AuthorizationPolicy;
import io.weir.controlplane.config.AuthorizationPolicy.Action;
import io.weir.controlplane.config.AuthorizationPolicy.Rule;
import io.weir.controlplane.config.Config;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** AuthorizationPolicies of a proxy as RBAC filters: one for each action, AUDIT, DENY, ALLOW. */
public final class AuthorizationTranslator {

  private static final String HTTP = "envoy.filters.http.rbac";
  private static final String NETWORK = "envoy.filters.network.rbac";
  private static final String ALLOW_SHADOW = "istio_dry_run_allow_";
  private static final String DENY_SHADOW = "istio_dry_run_deny_";
  private static final String DRY_RUN = "istio.io/dry-run";

  private AuthorizationTranslator() {}

  /** Filters that judge requests. */
  public static List<HttpFilter> http(List<Config<AuthorizationPolicy>> policies) {
    List<HttpFilter> filters = new ArrayList<>();
    for (Action action : List.of(Action.AUDIT, Action.DENY, Action.ALLOW)) {
      Rules rules = Rules.of(policies, action, false);
      if (rules.any()) {
        var config =
            io.envoyproxy
                .envoy
                .extensions
                .filters
                .http
                .rbac
                .v3
                .RBAC
                .newBuilder()
                .setShadowRulesStatPrefix(shadowPrefix(rules, action));
        if (rules.enforced() != null) {
          config.setRules(rules.enforced());
        }
        if (rules.shadow() != null) {
          config.setShadowRules(rules.shadow());
        }
        filters.add(
            HttpFilter.newBuilder()
                .setName(HTTP)
                .setTypedConfig(com.google.protobuf.Any.pack(config.build()))
                .build());
      }
    }
    return filters;
  }

  /** Filters that judge connections. */
  public static List<Filter> network(List<Config<AuthorizationPolicy>> policies) {
    List<Filter> filters = new ArrayList<>();
    for (Action action : List.of(Action.AUDIT, Action.DENY, Action.ALLOW)) {
      Rules rules = Rules.of(policies, action, true);
      if (rules.any()) {
        var config =
            io.envoyproxy
                .envoy
                .extensions
                .filters
                .network
                .rbac
                .v3
                .RBAC
                .newBuilder()
                .setStatPrefix("tcp.")
                .setShadowRulesStatPrefix(shadowPrefix(rules, action));
        if (rules.enforced() != null) {
          config.setRules(rules.enforced());
        }
        if (rules.shadow() != null) {
          config.setShadowRules(rules.shadow());
        }
        filters.add(
            Filter.newBuilder()
                .setName(NETWORK)
                .setTypedConfig(com.google.protobuf.Any.pack(config.build()))
                .build());
      }
    }
    return filters;
  }

  /**
   * Filters for CUSTOM policies, whose external authorizer is not known here: they refuse what the
   * policies are about, because nobody said that it may pass.
   */
  public static List<HttpFilter> custom(List<Config<AuthorizationPolicy>> policies) {
    if (!hasCustom(policies)) {
      return List.of();
    }
    return List.of(
        HttpFilter.newBuilder()
            .setName(HTTP)
            .setTypedConfig(
                com.google.protobuf.Any.pack(
                    io.envoyproxy
                        .envoy
                        .extensions
                        .filters
                        .http
                        .rbac
                        .v3
                        .RBAC
                        .newBuilder()
                        .setRules(denyAll())
                        .build()))
            .build());
  }

  /** As {@link #custom}, for connections. */
  public static List<Filter> customNetwork(List<Config<AuthorizationPolicy>> policies) {
    if (!hasCustom(policies)) {
      return List.of();
    }
    return List.of(
        Filter.newBuilder()
            .setName(NETWORK)
            .setTypedConfig(
                com.google.protobuf.Any.pack(
                    io.envoyproxy
                        .envoy
                        .extensions
                        .filters
                        .network
                        .rbac
                        .v3
                        .RBAC
                        .newBuilder()
                        .setStatPrefix("tcp.")
                        .setRules(denyAll())
                        .build()))
            .build());
  }

  private static boolean hasCustom(List<Config<AuthorizationPolicy>> policies) {
    return policies.stream().anyMatch(config -> config.spec().action() == Action.CUSTOM);
  }

  private static RBAC denyAll() {
    return RBAC.newBuilder()
        .setAction(RBAC.Action.DENY)
        .putPolicies(
            "default-deny-all-due-to-bad-CUSTOM-action",
            Policy.newBuilder()
                .addPermissions(Permission.newBuilder().setAny(true))
                .addPrincipals(Principal.newBuilder().setAny(true))
                .build())
        .build();
  }

  private static String shadowPrefix(Rules rules, Action action) {
    return rules.shadow() != null && action == Action.DENY ? DENY_SHADOW : ALLOW_SHADOW;
  }

  /** The rules of one action: those that hold and those that are only tried. */
  private record Rules(@Nullable RBAC enforced, @Nullable RBAC shadow) {

    boolean any() {
      return enforced != null || shadow != null;
    }

    static Rules of(List<Config<AuthorizationPolicy>> policies, Action action, boolean tcp) {
      return new Rules(build(policies, action, tcp, false), build(policies, action, tcp, true));
    }

    private static @Nullable RBAC build(
        List<Config<AuthorizationPolicy>> policies, Action action, boolean tcp, boolean dryRun) {
      RBAC.Builder rules =
          RBAC.newBuilder()
              .setAction(
                  switch (action) {
                    case ALLOW, CUSTOM -> RBAC.Action.ALLOW;
                    case DENY -> RBAC.Action.DENY;
                    case AUDIT -> RBAC.Action.LOG;
                  });
      boolean found = false;
      for (Config<AuthorizationPolicy> config : policies) {
        boolean tried = "true".equals(config.meta().annotations().get(DRY_RUN));
        if (config.spec().action() != action || tried != dryRun) {
          continue;
        }
        // An ALLOW policy without rules allows nothing; others without rules do nothing.
        found |= action == Action.ALLOW || !config.spec().rules().isEmpty();
        add(rules, config, tcp, action == Action.DENY);
      }
      boolean empty = rules.getPoliciesCount() == 0 && action != Action.ALLOW;
      return found && !empty ? rules.build() : null;
    }

    private static void add(
        RBAC.Builder rules, Config<AuthorizationPolicy> config, boolean tcp, boolean denies) {
      List<Rule> all = config.spec().rules();
      for (int i = 0; i < all.size(); i++) {
        Policy policy = RuleTranslator.translate(all.get(i), config.namespace(), tcp, denies);
        if (policy != null) {
          String name =
              "ns[" + config.namespace() + "]-policy[" + config.name() + "]-rule[" + i + "]";
          rules.putPolicies(name, policy);
        }
      }
    }
  }
}
