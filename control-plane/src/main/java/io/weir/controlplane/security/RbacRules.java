package io.weir.controlplane.security;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.weir.controlplane.config.AuthorizationPolicy;
import io.weir.controlplane.config.AuthorizationPolicy.Action;
import io.weir.controlplane.config.AuthorizationPolicy.Rule;
import io.weir.controlplane.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  private static final String CUSTOM = "istio-ext-authz-";
  private static final String BAD_CUSTOM = "-deny-due-to-bad-CUSTOM-action";

  /** What holds for nothing: a policy without rules. */
  private static final Policy NEVER =
      Policy.newBuilder()
          .addPermissions(Permission.newBuilder().setNotRule(Permission.newBuilder().setAny(true)))
          .addPrincipals(Principal.newBuilder().setNotId(Principal.newBuilder().setAny(true)))
          .build();

  boolean any() {
    return enforced != null || shadow != null;
  }

  /** The rules of policies of one action that need no other server. */
  static RbacRules of(List<Config<AuthorizationPolicy>> policies, Action action, boolean tcp) {
    List<Config<AuthorizationPolicy>> enforced = new ArrayList<>();
    List<Config<AuthorizationPolicy>> tried = new ArrayList<>();
    for (Config<AuthorizationPolicy> config : policies) {
      if (config.spec().action() == action) {
        (isDryRun(config) ? tried : enforced).add(config);
      }
    }
    return new RbacRules(
        enforced.isEmpty() ? null : build(enforced, action, tcp, "", ""),
        tried.isEmpty() ? null : build(tried, action, tcp, "", ""),
        action == Action.DENY && !tried.isEmpty() ? DENY_SHADOW : ALLOW_SHADOW);
  }

  /**
   * CUSTOM policies whose external authorizer is not known: they refuse what they are about,
   * because nobody said that it may pass. One set of rules for each authorizer, by its name.
   */
  static List<RbacRules> withoutAuthorizer(
      List<Config<AuthorizationPolicy>> policies, boolean tcp) {
    Map<String, List<Config<AuthorizationPolicy>>> byAuthorizer = new TreeMap<>();
    for (Config<AuthorizationPolicy> config : policies) {
      if (config.spec().action() == Action.CUSTOM) {
        AuthorizationPolicy.Provider provider = config.spec().provider();
        String name = provider == null ? "" : provider.name();
        var same = byAuthorizer.computeIfAbsent(name, ignored -> new ArrayList<>());
        if (!isDryRun(config)) {
          same.add(config);
        }
      }
    }
    List<RbacRules> all = new ArrayList<>();
    byAuthorizer.forEach(
        (name, same) -> {
          String prefix = CUSTOM + (name.isEmpty() ? "" : name + "-");
          RBAC rules = build(same, Action.CUSTOM, tcp, prefix, BAD_CUSTOM);
          all.add(new RbacRules(rules, null, ""));
        });
    return all;
  }

  private static boolean isDryRun(Config<AuthorizationPolicy> config) {
    return "true".equals(config.meta().annotations().get(DRY_RUN));
  }

  /**
   * The rules of policies of one action.
   *
   * @param prefix of each rule's name
   * @param suffix of each rule's name
   */
  private static RBAC build(
      List<Config<AuthorizationPolicy>> policies,
      Action action,
      boolean tcp,
      String prefix,
      String suffix) {
    RBAC.Builder rules =
        RBAC.newBuilder()
            .setAction(
                switch (action) {
                  case ALLOW -> RBAC.Action.ALLOW;
                  case DENY, CUSTOM -> RBAC.Action.DENY;
                  case AUDIT -> RBAC.Action.LOG;
                });
    for (Config<AuthorizationPolicy> config : policies) {
      String name = prefix + "ns[" + config.namespace() + "]-policy[" + config.name() + "]-rule[";
      List<Rule> all = config.spec().rules();
      for (int i = 0; i < all.size(); i++) {
        Policy policy = RuleTranslator.translate(all.get(i), config.namespace(), tcp, action);
        if (policy != null) {
          rules.putPolicies(name + i + "]" + suffix, policy);
        }
      }
      if (all.isEmpty()) {
        rules.putPolicies(name + "0]" + suffix, NEVER);
      }
    }
    return rules.build();
  }
}
