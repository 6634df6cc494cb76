package io.weir.proxy.matcher;

import io.weir.filter.Problems;
import io.weir.filter.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A compiled {@code envoy.type.matcher.v3.ValueMatcher}. Immutable. */
public interface ValueMatcher {

  /**
   * @param value null when there is none
   */
  boolean matches(@Nullable Value value);

  /**
   * @return null when problems were reported
   */
  static @Nullable ValueMatcher load(
      io.envoyproxy.envoy.type.matcher.v3.ValueMatcher matcher, Problems problems) {
    return switch (matcher.getMatchPatternCase()) {
      case NULL_MATCH -> value -> value instanceof Value.NullValue;
      case BOOL_MATCH -> {
        boolean expected = matcher.getBoolMatch();
        yield value -> value instanceof Value.BoolValue(boolean actual) && actual == expected;
      }
      case PRESENT_MATCH -> {
        boolean present = matcher.getPresentMatch();
        yield value -> (value != null) == present;
      }
      case DOUBLE_MATCH -> number(matcher.getDoubleMatch());
      case STRING_MATCH -> {
        var text = StringMatcher.load(matcher.getStringMatch(), problems.at("string_match"));
        yield text == null
            ? null
            : value -> value instanceof Value.StringValue(String actual) && text.matches(actual);
      }
      case LIST_MATCH -> {
        var element = load(matcher.getListMatch().getOneOf(), problems.at("list_match.one_of"));
        yield element == null ? null : value -> anyElement(value, element);
      }
      case OR_MATCH -> either(matcher.getOrMatch().getValueMatchersList(), problems);
      case MATCHPATTERN_NOT_SET -> {
        problems.add("", "no match pattern is given", "");
        yield null;
      }
    };
  }

  private static ValueMatcher number(io.envoyproxy.envoy.type.matcher.v3.DoubleMatcher matcher) {
    double low = matcher.hasRange() ? matcher.getRange().getStart() : matcher.getExact();
    double high = matcher.hasRange() ? matcher.getRange().getEnd() : matcher.getExact();
    boolean range = matcher.hasRange();
    return value ->
        value instanceof Value.NumberValue(double actual)
            && (range ? actual >= low && actual < high : actual == low);
  }

  private static boolean anyElement(@Nullable Value value, ValueMatcher matcher) {
    if (value instanceof Value.ListValue(List<Value> values)) {
      for (Value element : values) {
        if (matcher.matches(element)) {
          return true;
        }
      }
    }
    return false;
  }

  private static @Nullable ValueMatcher either(
      List<io.envoyproxy.envoy.type.matcher.v3.ValueMatcher> matchers, Problems problems) {
    var compiled = new ArrayList<ValueMatcher>();
    for (int i = 0; i < matchers.size(); i++) {
      var matcher = load(matchers.get(i), problems.at("or_match.value_matchers[" + i + "]"));
      if (matcher == null) {
        return null;
      }
      compiled.add(matcher);
    }
    return value -> {
      for (ValueMatcher matcher : compiled) {
        if (matcher.matches(value)) {
          return true;
        }
      }
      return false;
    };
  }
}
