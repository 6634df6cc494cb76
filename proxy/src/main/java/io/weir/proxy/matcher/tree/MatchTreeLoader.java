package io.weir.proxy.matcher.tree;

import com.github.xds.core.v3.TypedExtensionConfig;
import com.github.xds.type.matcher.v3.IPMatcher;
import com.github.xds.type.matcher.v3.Matcher;
import com.github.xds.type.matcher.v3.ServerNameMatcher;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.matcher.CidrRanges;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiles {@code xds.type.matcher.v3.Matcher}.
 *
 * @param <A> what an action compiles to
 */
public final class MatchTreeLoader<A> {

  /** Compiles an action. */
  public interface ActionLoader<A> {
    /** Null when problems were reported. */
    @Nullable A load(Any config, FactoryContext context);
  }

  private final ActionLoader<A> actions;
  private boolean looksAtResponse;

  public MatchTreeLoader(ActionLoader<A> actions) {
    this.actions = actions;
  }

  /** The tree, or null when problems were reported. */
  public @Nullable MatchTree<A> load(Matcher matcher, FactoryContext context) {
    int before = context.problems().count();
    MatchTree<A> tree = matcher(matcher, context);
    return context.problems().count() > before ? null : tree;
  }

  /** Whether an input of what was loaded is a part of the response. */
  public boolean looksAtResponse() {
    return looksAtResponse;
  }

  private @Nullable MatchTree<A> matcher(Matcher matcher, FactoryContext context) {
    MatchTree<A> otherwise =
        matcher.hasOnNoMatch() ? onMatch(matcher.getOnNoMatch(), at(context, "on_no_match")) : null;
    return switch (matcher.getMatcherTypeCase()) {
      case MATCHER_LIST -> list(matcher.getMatcherList(), at(context, "matcher_list"), otherwise);
      case MATCHER_TREE -> tree(matcher.getMatcherTree(), at(context, "matcher_tree"), otherwise);
      case MATCHERTYPE_NOT_SET -> new MatchTree.Sequence<>(List.of(), otherwise);
    };
  }

  private @Nullable MatchTree<A> onMatch(Matcher.OnMatch onMatch, FactoryContext context) {
    return switch (onMatch.getOnMatchCase()) {
      case MATCHER -> matcher(onMatch.getMatcher(), at(context, "matcher"));
      case ACTION -> {
        A action = actions.load(onMatch.getAction().getTypedConfig(), at(context, "action"));
        yield action == null ? null : new MatchTree.Leaf<>(action);
      }
      case ONMATCH_NOT_SET -> {
        context.problems().add("", "neither matcher nor action is given");
        yield null;
      }
    };
  }

  private MatchTree<A> list(
      Matcher.MatcherList list, FactoryContext context, @Nullable MatchTree<A> otherwise) {
    List<MatchTree.Branch<A>> branches = new ArrayList<>(list.getMatchersCount());
    for (int i = 0; i < list.getMatchersCount(); i++) {
      FactoryContext here = at(context, "matchers[" + i + "]");
      Predicate predicate = predicate(list.getMatchers(i).getPredicate(), at(here, "predicate"));
      MatchTree<A> then = onMatch(list.getMatchers(i).getOnMatch(), at(here, "on_match"));
      if (predicate != null && then != null) {
        branches.add(new MatchTree.Branch<>(predicate, then));
      }
    }
    return new MatchTree.Sequence<>(List.copyOf(branches), otherwise);
  }

  private @Nullable Predicate predicate(
      Matcher.MatcherList.Predicate predicate, FactoryContext context) {
    return switch (predicate.getMatchTypeCase()) {
      case SINGLE_PREDICATE ->
          single(predicate.getSinglePredicate(), at(context, "single_predicate"));
      case AND_MATCHER ->
          Predicate.all(predicates(predicate.getAndMatcher(), at(context, "and_matcher")));
      case OR_MATCHER ->
          Predicate.any(predicates(predicate.getOrMatcher(), at(context, "or_matcher")));
      case NOT_MATCHER -> {
        Predicate inner = predicate(predicate.getNotMatcher(), at(context, "not_matcher"));
        yield inner == null ? null : match -> !inner.test(match);
      }
      case MATCHTYPE_NOT_SET -> {
        context.problems().add("", "no predicate is given");
        yield null;
      }
    };
  }

  private List<Predicate> predicates(
      Matcher.MatcherList.Predicate.PredicateList list, FactoryContext context) {
    List<Predicate> parts = new ArrayList<>(list.getPredicateCount());
    for (int i = 0; i < list.getPredicateCount(); i++) {
      Predicate part = predicate(list.getPredicate(i), at(context, "predicate[" + i + "]"));
      if (part != null) {
        parts.add(part);
      }
    }
    return List.copyOf(parts);
  }

  private @Nullable Predicate single(
      Matcher.MatcherList.Predicate.SinglePredicate single, FactoryContext context) {
    MatchInput input = input(single.getInput(), at(context, "input"));
    return switch (single.getMatcherCase()) {
      case VALUE_MATCH -> {
        var matcher = string(single.getValueMatch(), context.problems().at("value_match"));
        yield input == null || matcher == null
            ? null
            : match -> {
              String text = input.get(match);
              return text != null && matcher.matches(text);
            };
      }
      case CUSTOM_MATCH ->
          input == null
              ? null
              : CustomMatchers.load(
                  single.getCustomMatch().getTypedConfig(), input, at(context, "custom_match"));
      case MATCHER_NOT_SET -> {
        context.problems().add("", "neither value_match nor custom_match is given");
        yield null;
      }
    };
  }

  private @Nullable MatchInput input(TypedExtensionConfig config, FactoryContext context) {
    MatchInput input = MatchInputs.load(config.getTypedConfig(), context);
    looksAtResponse |= input != null && input.ofResponse();
    return input;
  }

  /** The xds message is Envoy's under another name. */
  private static io.weir.proxy.matcher.@Nullable StringMatcher string(
      com.github.xds.type.matcher.v3.StringMatcher matcher, Problems problems) {
    try {
      return io.weir.proxy.matcher.StringMatcher.load(
          StringMatcher.parseFrom(matcher.toByteString()), problems);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the two messages have the same fields", e);
    }
  }

  private @Nullable MatchTree<A> tree(
      Matcher.MatcherTree tree, FactoryContext context, @Nullable MatchTree<A> otherwise) {
    MatchInput input = input(tree.getInput(), at(context, "input"));
    return switch (tree.getTreeTypeCase()) {
      case EXACT_MATCH_MAP -> {
        var map = map(tree.getExactMatchMap(), at(context, "exact_match_map"));
        yield input == null ? null : new MatchTree.Exact<>(input, map, otherwise);
      }
      case PREFIX_MATCH_MAP -> {
        var map = map(tree.getPrefixMatchMap(), at(context, "prefix_match_map"));
        yield input == null ? null : new MatchTree.Prefix<>(input, map, otherwise);
      }
      case CUSTOM_MATCH ->
          custom(
              tree.getCustomMatch().getTypedConfig(),
              at(context, "custom_match.typed_config"),
              input,
              otherwise);
      case TREETYPE_NOT_SET -> {
        context.problems().add("", "no kind of tree is given");
        yield null;
      }
    };
  }

  private @Nullable MatchTree<A> custom(
      Any config,
      FactoryContext context,
      @Nullable MatchInput input,
      @Nullable MatchTree<A> otherwise) {
    String type = config.getTypeUrl().substring(config.getTypeUrl().lastIndexOf('/') + 1);
    return switch (type) {
      case "xds.type.matcher.v3.IPMatcher" -> {
        var message = context.unpack(config, IPMatcher.getDefaultInstance());
        yield input == null || message == null ? null : ranges(message, context, input, otherwise);
      }
      case "xds.type.matcher.v3.ServerNameMatcher" -> {
        var message = context.unpack(config, ServerNameMatcher.getDefaultInstance());
        yield input == null || message == null ? null : names(message, context, input, otherwise);
      }
      default -> {
        context
            .problems()
            .add(
                "",
                "trees of type " + type + " are not implemented",
                "use IPMatcher, ServerNameMatcher, a map or a matcher_list");
        yield null;
      }
    };
  }

  private MatchTree<A> ranges(
      IPMatcher message,
      FactoryContext context,
      MatchInput input,
      @Nullable MatchTree<A> otherwise) {
    List<MatchTree.Range<A>> ranges = new ArrayList<>();
    for (int i = 0; i < message.getRangeMatchersCount(); i++) {
      IPMatcher.IPRangeMatcher entry = message.getRangeMatchers(i);
      FactoryContext here = at(context, "range_matchers[" + i + "]");
      MatchTree<A> then = onMatch(entry.getOnMatch(), at(here, "on_match"));
      for (int r = 0; then != null && r < entry.getRangesCount(); r++) {
        CidrRange range = range(entry.getRanges(r));
        var networks = CidrRanges.load(List.of(range), "ranges[" + r + "]", here.problems());
        ranges.add(
            new MatchTree.Range<>(
                networks, range.getPrefixLen().getValue(), entry.getExclusive(), then));
      }
    }
    ranges.sort(Comparator.comparingInt(range -> -range.bits()));
    return new MatchTree.Ranges<>(input, List.copyOf(ranges), otherwise);
  }

  /** The xds message is Envoy's under another name. */
  private static CidrRange range(com.github.xds.core.v3.CidrRange range) {
    return CidrRange.newBuilder()
        .setAddressPrefix(range.getAddressPrefix())
        .setPrefixLen(range.getPrefixLen())
        .build();
  }

  private MatchTree<A> names(
      ServerNameMatcher message,
      FactoryContext context,
      MatchInput input,
      @Nullable MatchTree<A> otherwise) {
    Map<String, MatchTree<A>> names = new HashMap<>();
    for (int i = 0; i < message.getDomainMatchersCount(); i++) {
      var entry = message.getDomainMatchers(i);
      FactoryContext here = at(context, "domain_matchers[" + i + "]");
      MatchTree<A> then = onMatch(entry.getOnMatch(), at(here, "on_match"));
      for (int d = 0; then != null && d < entry.getDomainsCount(); d++) {
        String domain = entry.getDomains(d).toLowerCase(Locale.ROOT);
        String path = "domains[" + d + "]";
        if (domain.indexOf('*', 1) > 0
            || domain.startsWith("*") && !domain.matches("[*]([.].+)?")) {
          here.problems()
              .add(path, "a wildcard not at a dot: " + domain, "such as *.example.com, or *");
        } else if (names.putIfAbsent(domain, then) != null) {
          here.problems().add(path, "a second matcher for " + domain);
        }
      }
    }
    return new MatchTree.Names<>(input, Map.copyOf(names), otherwise);
  }

  private Map<String, MatchTree<A>> map(Matcher.MatcherTree.MatchMap map, FactoryContext context) {
    Map<String, MatchTree<A>> compiled = new HashMap<>();
    map.getMapMap()
        .forEach(
            (key, onMatch) -> {
              MatchTree<A> tree = onMatch(onMatch, at(context, "map[\"" + key + "\"]"));
              if (tree != null) {
                compiled.put(key, tree);
              }
            });
    return Map.copyOf(compiled);
  }

  private static FactoryContext at(FactoryContext context, String path) {
    return context instanceof LoadContext load ? load.at(path) : context;
  }
}
