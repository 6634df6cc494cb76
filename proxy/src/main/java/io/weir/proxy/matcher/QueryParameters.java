package io.weir.proxy.matcher;

import io.weir.filter.Problems;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Matchers of query parameters ({@code envoy.config.route.v3.QueryParameterMatcher}). Immutable.
 * Names and values are compared as they stand in the path, not decoded; the first value counts.
 */
public final class QueryParameters {
  private QueryParameters() {}

  /**
   * One matcher.
   *
   * @param value null tests presence
   */
  public record Matcher(byte[] name, @Nullable StringMatcher value, boolean present) {}

  public static List<Matcher> load(
      List<io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher> matchers,
      String path,
      Problems problems) {
    var compiled = new ArrayList<Matcher>(matchers.size());
    for (int i = 0; i < matchers.size(); i++) {
      var matcher = matchers.get(i);
      byte[] name = matcher.getName().getBytes(StandardCharsets.UTF_8);
      if (matcher.hasStringMatch()) {
        var value =
            StringMatcher.load(
                matcher.getStringMatch(), problems.at(path + "[" + i + "].string_match"));
        compiled.add(new Matcher(name, value, true));
      } else {
        boolean present = !matcher.hasPresentMatch() || matcher.getPresentMatch();
        compiled.add(new Matcher(name, null, present));
      }
    }
    return List.copyOf(compiled);
  }

  public static boolean matchesAll(List<Matcher> matchers, HeaderMap headers) {
    if (matchers.isEmpty()) {
      return true;
    }
    int entry = headers.find(HeaderName.PATH);
    if (entry < 0) {
      return false;
    }
    byte[] bytes = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    int query = start;
    while (query < end && bytes[query] != '?') {
      query++;
    }
    for (int i = query; i < end; i++) {
      if (bytes[i] == '#') {
        end = i;
      }
    }
    for (int i = 0; i < matchers.size(); i++) {
      if (!matches(matchers.get(i), bytes, Math.min(query + 1, end), end)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(Matcher matcher, byte[] bytes, int start, int end) {
    for (int at = start; at < end; ) {
      int stop = indexOf(bytes, (byte) '&', at, end);
      int equals = indexOf(bytes, (byte) '=', at, stop);
      if (equals - at == matcher.name.length
          && Ascii.regionEquals(bytes, at, matcher.name, false)) {
        int value = Math.min(equals + 1, stop);
        return matcher.value == null
            ? matcher.present
            : matcher.value.matches(bytes, value, stop - value);
      }
      at = stop + 1;
    }
    return matcher.value == null && !matcher.present;
  }

  /**
   * The range of the first value of a parameter, packed as start and length, −1 when it is absent.
   */
  public static long find(byte[] bytes, int start, int end, byte[] name) {
    int at = Math.min(indexOf(bytes, (byte) '?', start, end) + 1, end);
    while (at < end) {
      int stop = indexOf(bytes, (byte) '&', at, end);
      int equals = indexOf(bytes, (byte) '=', at, stop);
      if (equals - at == name.length && Ascii.regionEquals(bytes, at, name, false)) {
        int value = Math.min(equals + 1, stop);
        return (long) value << 32 | stop - value;
      }
      at = stop + 1;
    }
    return -1;
  }

  private static int indexOf(byte[] bytes, byte b, int from, int end) {
    int at = from;
    while (at < end && bytes[at] != b) {
      at++;
    }
    return at;
  }
}
