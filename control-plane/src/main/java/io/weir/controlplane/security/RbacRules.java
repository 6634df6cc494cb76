package io.weir.controlplane.security;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.weir.controlplane.config.AuthorizationPolicy;
import io.weir.controlplane.config.AuthorizationPolicy.Action;
import io.weir.controlplane.config.AuthorizationPolicy.Rule;
import io.weir.controlplane.config.Config;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one action.
 *
 * @param enforced those that hold, or null
 * @param shadow those that are only tried, or null
 * @param shadowPrefix the prefix of what the tried ones tell
 */
record RbacRules(@Nullable RBAC enforced, @Nullable RBAC shadow, String shadowPrefix) {

  private static final String ALLOW_SHADOW = "istio_dry_run_allow_";
  private static final String DENY_SHADOW = "istio_dry_run_deny_";
  private static final String DRY_RUN = "istio.io/dry-run";

  /** Refuses everything: nobody said who may pass. */
  static RbacRules denyAll() {
    return new RbacRules(
        RBAC.newBuilder()
            .setAction(RBAC.Action.DENY)
            .putPolicies(
                "default-deny-all-due-to-bad-CUSTOM-action",
                Policy.newBuilder()
                    .addPermissions(Permission.newBuilder().setAny(true))
                    .addPrincipals(Principal.newBuilder().setAny(true))
                    .build())
            .build(),
        null,
        "");
  }

  boolean any() {
    return enforced != null || shadow != null;
  }

  static RbacRules of(List<Config<AuthorizationPolicy>> policies, Action action, boolean tcp) {
    RBAC shadow = build(policies, action, tcp, true);
    return new RbacRules(
        build(policies, action, tcp, false),
        shadow,
        shadow != null && action == Action.DENY ? DENY_SHADOW : ALLOW_SHADOW);
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
