package io.weir.proxy.stats;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Takes tags out of names: tags of fixed value first, then each rule in order. All rules see the
 * whole name; what any of them took out is left out of the rest. Immutable.
 *
 * @param fixed tags that every statistic has
 */
record TagRules(List<Tag> fixed, List<TagRule> rules) {
  static final TagRules DEFAULT = new TagRules(List.of(), KnownTags.RULES);

  TagRules {
    fixed = List.copyOf(fixed);
    rules = List.copyOf(rules);
  }

  TaggedName apply(String name) {
    var tags = new ArrayList<>(fixed);
    var removed = new BitSet();
    for (TagRule rule : rules) {
      TagRule.Cut cut = rule.find(name);
      // A tag that an earlier rule has found stays as it is.
      if (cut != null && tags.stream().noneMatch(tag -> tag.name().equals(rule.tag()))) {
        tags.add(new Tag(rule.tag(), cut.value()));
        removed.set(cut.start(), cut.end());
      }
    }
    return new TaggedName(without(name, removed), tags);
  }

  private static String without(String name, BitSet removed) {
    if (removed.isEmpty()) {
      return name;
    }
    var rest = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      if (!removed.get(i)) {
        rest.append(name.charAt(i));
      }
    }
    return rest.toString();
  }
}
