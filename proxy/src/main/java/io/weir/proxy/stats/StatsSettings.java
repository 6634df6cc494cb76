package io.weir.proxy.stats;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.config.metrics.v3.HistogramBucketSettings;
import io.envoyproxy.envoy.config.metrics.v3.StatsConfig;
import io.envoyproxy.envoy.config.metrics.v3.StatsMatcher;
import io.envoyproxy.envoy.config.metrics.v3.TagSpecifier;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.weir.filter.Problems;
import io.weir.proxy.matcher.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a bootstrap says about statistics. Immutable.
 *
 * @param shown which statistics exist, by full name
 */
public record StatsSettings(TagRules tags, Predicate<String> shown, List<Buckets> buckets) {
  /** Every statistic, Envoy's tags. */
  public static final StatsSettings DEFAULT =
      new StatsSettings(TagRules.DEFAULT, _ -> true, List.of());

  private static final double[] DEFAULT_BUCKETS = {
    0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000,
    1800000, 3600000
  };

  public StatsSettings {
    buckets = List.copyOf(buckets);
  }

  /** Upper bounds of the buckets of some histograms. */
  record Buckets(StringMatcher names, double[] bounds) {}

  /** The upper bounds of a histogram's buckets, ascending. */
  double[] bucketsOf(String name) {
    for (Buckets some : buckets) {
      if (some.names().matches(name)) {
        return some.bounds();
      }
    }
    return DEFAULT_BUCKETS;
  }

  /** Reads {@code Bootstrap.stats_config}; what is wrong is reported and left out. */
  public static StatsSettings load(StatsConfig config, Problems problems) {
    var fixed = new ArrayList<Tag>();
    var rules = new ArrayList<TagRule>();
    if (!config.hasUseAllDefaultTags() || config.getUseAllDefaultTags().getValue()) {
      rules.addAll(KnownTags.RULES);
    }
    for (int i = 0; i < config.getStatsTagsCount(); i++) {
      add(config.getStatsTags(i), fixed, rules, problems.at("stats_tags[" + i + "]"));
    }
    return new StatsSettings(
        new TagRules(fixed, rules),
        shown(config.getStatsMatcher(), problems.at("stats_matcher")),
        buckets(config.getHistogramBucketSettingsList(), problems));
  }

  private static void add(
      TagSpecifier tag, List<Tag> fixed, List<TagRule> rules, Problems problems) {
    switch (tag.getTagValueCase()) {
      case FIXED_VALUE -> fixed.add(new Tag(tag.getTagName(), tag.getFixedValue()));
      case REGEX -> {
        try {
          Pattern pattern = Pattern.compile(tag.getRegex());
          if (pattern.groupCount() == 0) {
            problems.add("regex", "the expression needs a group for what is taken out of names");
          } else {
            rules.add(new TagRule.Regex(tag.getTagName(), pattern, ""));
          }
        } catch (PatternSyntaxException e) {
          problems.add("regex", "not a regular expression: " + e.getMessage());
        }
      }
      case TAGVALUE_NOT_SET -> addKnown(tag.getTagName(), rules, problems);
    }
  }

  private static void addKnown(String name, List<TagRule> rules, Problems problems) {
    List<TagRule> known = KnownTags.RULES.stream().filter(rule -> rule.tag().equals(name)).toList();
    if (known.isEmpty()) {
      problems.add("tag_name", "no default rule for the tag " + name, "set regex or fixed_value");
    }
    known.stream().filter(rule -> !rules.contains(rule)).forEach(rules::add);
  }

  private static Predicate<String> shown(StatsMatcher matcher, Problems problems) {
    return switch (matcher.getStatsMatcherCase()) {
      case REJECT_ALL -> _ -> !matcher.getRejectAll();
      case EXCLUSION_LIST ->
          any(matcher.getExclusionList(), problems.at("exclusion_list")).negate();
      case INCLUSION_LIST -> any(matcher.getInclusionList(), problems.at("inclusion_list"));
      case STATSMATCHER_NOT_SET -> _ -> true;
    };
  }

  private static Predicate<String> any(ListStringMatcher list, Problems problems) {
    var matchers = new ArrayList<StringMatcher>();
    for (int i = 0; i < list.getPatternsCount(); i++) {
      var matcher = StringMatcher.load(list.getPatterns(i), problems.at("patterns[" + i + "]"));
      if (matcher != null) {
        matchers.add(matcher);
      }
    }
    return name -> matchers.stream().anyMatch(matcher -> matcher.matches(name));
  }

  private static List<Buckets> buckets(List<HistogramBucketSettings> list, Problems problems) {
    var result = new ArrayList<Buckets>();
    for (int i = 0; i < list.size(); i++) {
      Problems at = problems.at("histogram_bucket_settings[" + i + "].match");
      var matcher = StringMatcher.load(list.get(i).getMatch(), at);
      if (matcher != null) {
        double[] bounds =
            list.get(i).getBucketsList().stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .distinct()
                .toArray();
        result.add(new Buckets(matcher, bounds));
      }
    }
    return result;
  }
}
