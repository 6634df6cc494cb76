package io.weir.proxy.filter.rbac;

import io.weir.proxy.matcher.tree.MatchContext;
import io.weir.proxy.matcher.tree.MatchTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides about a request or a connection. Immutable. */
sealed interface Engine {

  /** What to do about a match. */
  enum Action {
    ALLOW,
    DENY,
    LOG
  }

  /**
   * A decision.
   *
   * @param policy the name of the policy that matched, null for none
   * @param log the outcome of a LOG action, null for other actions
   */
  record Decision(boolean allowed, @Nullable String policy, @Nullable Boolean log) {
    static final Decision ALLOWED = new Decision(true, null, null);
    static final Decision DENIED = new Decision(false, null, null);
  }

  Decision decide(MatchContext context);

  /** The policies of an engine, tried in order of their names. */
  record Policies(Action action, List<Policy> policies) implements Engine {
    @Override
    public Decision decide(MatchContext context) {
      Policy matched = null;
      for (int i = 0; i < policies.size() && matched == null; i++) {
        if (policies.get(i).rule.matches(context)) {
          matched = policies.get(i);
        }
      }
      return switch (action) {
        case ALLOW -> matched == null ? Decision.DENIED : matched.allowed;
        case DENY -> matched == null ? Decision.ALLOWED : matched.denied;
        case LOG -> new Decision(true, matched == null ? null : matched.name, matched != null);
      };
    }
  }

  /** A policy with its decisions ready. */
  record Policy(String name, Rule rule, Decision allowed, Decision denied) {
    static Policy of(String name, Rule rule) {
      return new Policy(
          name, rule, new Decision(true, name, null), new Decision(false, name, null));
    }
  }

  /** The action that a matcher leads to. */
  record NamedAction(String name, Action action) {}

  /** A matcher; without a match everything is denied. */
  record Tree(MatchTree<NamedAction> tree) implements Engine {
    @Override
    public Decision decide(MatchContext context) {
      NamedAction found = tree.match(context);
      if (found == null) {
        return Decision.DENIED;
      }
      return switch (found.action) {
        case ALLOW -> new Decision(true, found.name, null);
        case DENY -> new Decision(false, found.name, null);
        case LOG -> new Decision(true, found.name, true);
      };
    }
  }
}
