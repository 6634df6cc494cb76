package io.weir.proxy.matcher.tree;

import io.weir.proxy.matcher.CidrRanges;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A compiled matcher: leads from a context to an action. Immutable, shared by all workers.
 *
 * @param <A> what an action compiles to
 */
public sealed interface MatchTree<A> {

  /** The action of the first branch that leads to one; null when none does. */
  @Nullable A match(MatchContext context);

  /** A leaf. */
  record Leaf<A>(A action) implements MatchTree<A> {
    @Override
    public A match(MatchContext context) {
      return action;
    }
  }

  /**
   * Conditions tried in order.
   *
   * @param otherwise null when nothing happens without a match
   */
  record Sequence<A>(List<Branch<A>> branches, @Nullable MatchTree<A> otherwise)
      implements MatchTree<A> {
    @Override
    public @Nullable A match(MatchContext context) {
      for (int i = 0; i < branches.size(); i++) {
        Branch<A> branch = branches.get(i);
        if (branch.predicate.test(context)) {
          A action = branch.then.match(context);
          if (action != null) {
            return action;
          }
        }
      }
      return otherwise == null ? null : otherwise.match(context);
    }
  }

  /** A condition and where it leads. */
  record Branch<A>(Predicate predicate, MatchTree<A> then) {}

  /** A look-up of the whole input. */
  record Exact<A>(MatchInput input, Map<String, MatchTree<A>> map, @Nullable MatchTree<A> otherwise)
      implements MatchTree<A> {
    @Override
    public @Nullable A match(MatchContext context) {
      String text = input.get(context);
      MatchTree<A> found = text == null ? null : map.get(text);
      A action = found == null ? null : found.match(context);
      return action != null || otherwise == null ? action : otherwise.match(context);
    }
  }

  /** A look-up of the longest prefix; shorter ones follow when it leads to nothing. */
  record Prefix<A>(
      MatchInput input, Map<String, MatchTree<A>> map, @Nullable MatchTree<A> otherwise)
      implements MatchTree<A> {
    @Override
    public @Nullable A match(MatchContext context) {
      String text = input.get(context);
      A action = text == null ? null : longest(text, context);
      if (action != null) {
        return action;
      }
      return otherwise == null ? null : otherwise.match(context);
    }

    private @Nullable A longest(String text, MatchContext context) {
      for (int length = text.length(); length >= 0; length--) {
        MatchTree<A> found = map.get(text.substring(0, length));
        A action = found == null ? null : found.match(context);
        if (action != null) {
          return action;
        }
      }
      return null;
    }
  }

  /**
   * A network and where it leads.
   *
   * @param exclusive whether it is passed over when the address is in a smaller network too
   */
  record Range<A>(CidrRanges network, int bits, boolean exclusive, MatchTree<A> then) {}

  /** A look-up of the smallest network that an address is in; larger ones follow. */
  record Ranges<A>(MatchInput input, List<Range<A>> ranges, @Nullable MatchTree<A> otherwise)
      implements MatchTree<A> {
    @Override
    public @Nullable A match(MatchContext context) {
      InetAddress address = CustomMatchers.address(input.get(context));
      boolean first = true;
      for (int i = 0; address != null && i < ranges.size(); i++) {
        Range<A> range = ranges.get(i);
        if (range.network.contains(address) && (first || !range.exclusive)) {
          first = false;
          A action = range.then.match(context);
          if (action != null) {
            return action;
          }
        }
      }
      return otherwise == null ? null : otherwise.match(context);
    }
  }

  /** A look-up of a name, then of wildcards from the longest suffix on. */
  record Names<A>(
      MatchInput input, Map<String, MatchTree<A>> names, @Nullable MatchTree<A> otherwise)
      implements MatchTree<A> {
    @Override
    public @Nullable A match(MatchContext context) {
      String name = input.get(context);
      A action = name == null ? null : find(name.toLowerCase(Locale.ROOT), context);
      return action != null || otherwise == null ? action : otherwise.match(context);
    }

    private @Nullable A find(String name, MatchContext context) {
      A action = of(name, context);
      for (int dot = name.indexOf('.');
          action == null && dot >= 0;
          dot = name.indexOf('.', dot + 1)) {
        action = of("*" + name.substring(dot), context);
      }
      return action == null ? of("*", context) : action;
    }

    private @Nullable A of(String key, MatchContext context) {
      MatchTree<A> found = names.get(key);
      return found == null ? null : found.match(context);
    }
  }
}
