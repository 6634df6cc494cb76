package io.weir.proxy.filter.rbac;

import io.weir.proxy.matcher.tree.MatchContext;
import java.util.List;

/** A compiled permission or principal. Immutable. */
@FunctionalInterface
interface Rule {
  boolean matches(MatchContext context);

  static Rule all(List<Rule> rules) {
    return context -> {
      for (int i = 0; i < rules.size(); i++) {
        if (!rules.get(i).matches(context)) {
          return false;
        }
      }
      return true;
    };
  }

  static Rule any(List<Rule> rules) {
    return context -> {
      for (int i = 0; i < rules.size(); i++) {
        if (rules.get(i).matches(context)) {
          return true;
        }
      }
      return false;
    };
  }

  static Rule not(Rule rule) {
    return context -> !rule.matches(context);
  }
}
