package io.weir.proxy.filter.rbac;

import com.github.xds.type.matcher.v3.Matcher;
import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.proxy.matcher.tree.MatchTree;
import io.weir.proxy.matcher.tree.MatchTreeLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compiles rule sets and matchers of RBAC. */
final class EngineLoader {
  private EngineLoader() {}

  static Engine policies(RBAC rbac, String field, FactoryContext context) {
    Problems problems = context.problems().at(field);
    var loader = new RuleLoader(context);
    List<Engine.Policy> policies = new ArrayList<>(rbac.getPoliciesCount());
    new TreeMap<>(rbac.getPoliciesMap())
        .forEach(
            (name, policy) -> {
              Problems at = problems.at("policies[\"" + name + "\"]");
              policies.add(Engine.Policy.of(name, rule(policy, loader, at)));
            });
    return new Engine.Policies(action(rbac.getAction()), List.copyOf(policies));
  }

  private static Rule rule(Policy policy, RuleLoader loader, Problems problems) {
    Rule permissions =
        Rule.any(loader.permissions(policy.getPermissionsList(), problems.at("permissions")));
    Rule principals =
        Rule.any(loader.principals(policy.getPrincipalsList(), problems.at("principals")));
    List<Rule> rules = new ArrayList<>(List.of(permissions, principals));
    Condition condition =
        policy.hasCondition()
            ? Condition.load(policy.getCondition(), problems.at("condition"))
            : policy.hasCheckedCondition()
                ? Condition.load(
                    policy.getCheckedCondition().getExpr(), problems.at("checked_condition.expr"))
                : null;
    if (condition != null) {
      rules.add(condition);
    }
    return Rule.all(List.copyOf(rules));
  }

  static @Nullable Engine matcher(Matcher matcher, FactoryContext context) {
    MatchTree<Engine.NamedAction> tree =
        new MatchTreeLoader<Engine.NamedAction>(EngineLoader::namedAction).load(matcher, context);
    return tree == null ? null : new Engine.Tree(tree);
  }

  private static Engine.@Nullable NamedAction namedAction(Any config, FactoryContext context) {
    var action =
        context.unpack(config, io.envoyproxy.envoy.config.rbac.v3.Action.getDefaultInstance());
    return action == null
        ? null
        : new Engine.NamedAction(action.getName(), action(action.getAction()));
  }

  private static Engine.Action action(RBAC.Action action) {
    return switch (action) {
      case DENY -> Engine.Action.DENY;
      case LOG -> Engine.Action.LOG;
      default -> Engine.Action.ALLOW;
    };
  }
}
