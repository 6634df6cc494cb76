package io.weir.proxy.matcher.tree;

import java.util.List;

/** A condition on a context. Immutable. */
@FunctionalInterface
interface Predicate {
  boolean test(MatchContext context);

  static Predicate all(List<Predicate> parts) {
    return context -> {
      for (int i = 0; i < parts.size(); i++) {
        if (!parts.get(i).test(context)) {
          return false;
        }
      }
      return true;
    };
  }

  static Predicate any(List<Predicate> parts) {
    return context -> {
      for (int i = 0; i < parts.size(); i++) {
        if (parts.get(i).test(context)) {
          return true;
        }
      }
      return false;
    };
  }
}
