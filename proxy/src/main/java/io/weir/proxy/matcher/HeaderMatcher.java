package io.weir.proxy.matcher;

import io.weir.filter.Problems;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@code envoy.config.route.v3.HeaderMatcher}. Immutable. A header that occurs several
 * times matches when one of its values does. A header that is missing matches nothing, inverted or
 * not, unless it is treated as empty.
 */
public final class HeaderMatcher {
  private static final byte[] EMPTY = {};

  private final HeaderName name;
  private final @Nullable ValueTest test;
  private final boolean present;
  private final boolean invert;
  private final boolean missingAsEmpty;

  private HeaderMatcher(
      HeaderName name,
      @Nullable ValueTest test,
      boolean present,
      boolean invert,
      boolean missingAsEmpty) {
    this.name = name;
    this.test = test;
    this.present = present;
    this.invert = invert;
    this.missingAsEmpty = missingAsEmpty;
  }

  /** Tests one value; null in the matcher tests presence only. */
  private interface ValueTest {
    boolean matches(byte[] bytes, int start, int length);
  }

  /**
   * Compiles all, reporting problems under {@code path[i]}.
   *
   * @return those that are good
   */
  public static List<HeaderMatcher> loadAll(
      List<io.envoyproxy.envoy.config.route.v3.HeaderMatcher> matchers,
      String path,
      Problems problems) {
    var compiled = new ArrayList<HeaderMatcher>(matchers.size());
    for (int i = 0; i < matchers.size(); i++) {
      HeaderMatcher matcher = load(matchers.get(i), problems.at(path + "[" + i + "]"));
      if (matcher != null) {
        compiled.add(matcher);
      }
    }
    return List.copyOf(compiled);
  }

  /**
   * @return null when problems were reported
   */
  @SuppressWarnings("deprecation")
  public static @Nullable HeaderMatcher load(
      io.envoyproxy.envoy.config.route.v3.HeaderMatcher matcher, Problems problems) {
    ValueTest test;
    switch (matcher.getHeaderMatchSpecifierCase()) {
      case PRESENT_MATCH, HEADERMATCHSPECIFIER_NOT_SET -> {
        boolean present = !matcher.hasPresentMatch() || matcher.getPresentMatch();
        return make(matcher, null, present);
      }
      case EXACT_MATCH -> test = test(StringMatcher.exact(matcher.getExactMatch(), false));
      case PREFIX_MATCH -> test = test(StringMatcher.prefix(matcher.getPrefixMatch()));
      case SUFFIX_MATCH -> test = test(StringMatcher.suffix(matcher.getSuffixMatch()));
      case CONTAINS_MATCH -> test = test(StringMatcher.contains(matcher.getContainsMatch()));
      case SAFE_REGEX_MATCH ->
          test =
              test(
                  StringMatcher.regex(
                      matcher.getSafeRegexMatch(), problems.at("safe_regex_match")));
      case STRING_MATCH ->
          test = test(StringMatcher.load(matcher.getStringMatch(), problems.at("string_match")));
      case RANGE_MATCH -> {
        long start = matcher.getRangeMatch().getStart();
        long end = matcher.getRangeMatch().getEnd();
        test = (bytes, from, length) -> inRange(bytes, from, length, start, end);
      }
      default -> throw new IllegalStateException("unknown header matcher");
    }
    return test == null ? null : make(matcher, test, true);
  }

  private static @Nullable ValueTest test(@Nullable StringMatcher matcher) {
    return matcher == null ? null : matcher::matches;
  }

  private static HeaderMatcher make(
      io.envoyproxy.envoy.config.route.v3.HeaderMatcher matcher,
      @Nullable ValueTest test,
      boolean present) {
    HeaderName name = HeaderName.of(matcher.getName());
    return new HeaderMatcher(
        name == HeaderName.HOST ? HeaderName.AUTHORITY : name,
        test,
        present,
        matcher.getInvertMatch(),
        matcher.getTreatMissingHeaderAsEmpty());
  }

  public static boolean matchesAll(List<HeaderMatcher> matchers, HeaderMap headers) {
    for (int i = 0; i < matchers.size(); i++) {
      if (!matchers.get(i).matches(headers)) {
        return false;
      }
    }
    return true;
  }

  public boolean matches(HeaderMap headers) {
    int entry = headers.find(name);
    if (test == null) {
      return ((entry >= 0 || missingAsEmpty) == present) != invert;
    }
    if (entry < 0) {
      return missingAsEmpty && test.matches(EMPTY, 0, 0) != invert;
    }
    for (; entry >= 0; entry = headers.find(name, entry)) {
      if (test.matches(headers.bytes(), headers.valueStart(entry), headers.valueLength(entry))) {
        return !invert;
      }
    }
    return invert;
  }

  /** Whether the value is a decimal number with {@code low <= number < high}. */
  static boolean inRange(byte[] bytes, int start, int length, long low, long high) {
    int at = start;
    int end = start + length;
    boolean negative = length > 0 && bytes[at] == '-';
    if (length > 0 && (negative || bytes[at] == '+')) {
      at++;
    }
    if (at == end) {
      return false;
    }
    long number = 0;
    for (; at < end; at++) {
      int digit = bytes[at] - '0';
      if (digit < 0 || digit > 9 || number < (Long.MIN_VALUE + digit) / 10) {
        return false;
      }
      // Negative, because its range is the larger one.
      number = number * 10 - digit;
    }
    if (!negative && number == Long.MIN_VALUE) {
      return false;
    }
    number = negative ? number : -number;
    return number >= low && number < high;
  }
}
