package io.weir.proxy.router;

import io.weir.filter.Problems;
import io.weir.proxy.matcher.Ascii;
import io.weir.proxy.matcher.BytesTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Virtual hosts by domain: exact, then the longest suffix ({@code *.example.com}), then the longest
 * prefix ({@code example.*}), then {@code *}. Case is ignored. Immutable.
 *
 * @param <T> a virtual host
 */
final class DomainIndex<T> {
  private final @Nullable BytesTable<T> exact;
  private final Wildcards<T> suffixes;
  private final Wildcards<T> prefixes;
  private final @Nullable T fallback;

  private DomainIndex(
      @Nullable BytesTable<T> exact,
      Wildcards<T> suffixes,
      Wildcards<T> prefixes,
      @Nullable T fallback) {
    this.exact = exact;
    this.suffixes = suffixes;
    this.prefixes = prefixes;
    this.fallback = fallback;
  }

  /** One table per length of the fixed part, longest first. */
  private record Wildcards<T>(int[] lengths, List<BytesTable<T>> tables) {
    static <T> Wildcards<T> of(Map<String, T> byFixedPart) {
      var byLength = new TreeMap<Integer, Map<String, T>>();
      byFixedPart.forEach(
          (part, host) ->
              byLength.computeIfAbsent(-part.length(), _ -> new HashMap<>()).put(part, host));
      var tables = new ArrayList<BytesTable<T>>();
      byLength.values().forEach(entries -> tables.add(new BytesTable<>(entries, true)));
      int[] lengths = byLength.keySet().stream().mapToInt(length -> -length).toArray();
      return new Wildcards<>(lengths, tables);
    }

    @Nullable T find(byte[] bytes, int start, int length, boolean fromEnd) {
      for (int i = 0; i < lengths.length; i++) {
        int part = lengths[i];
        // The star stands for at least one character.
        if (part < length) {
          int from = fromEnd ? start + length - part : start;
          T host = tables.get(i).get(bytes, from, part);
          if (host != null) {
            return host;
          }
        }
      }
      return null;
    }
  }

  /** The host of requests without any authority: the one for all domains, if it is alone. */
  @Nullable T ofNone() {
    return exact == null && suffixes.lengths().length == 0 && prefixes.lengths().length == 0
        ? fallback
        : null;
  }

  @Nullable T find(byte[] bytes, int start, int length) {
    T host = exact == null ? null : exact.get(bytes, start, length);
    if (host == null && length > 0) {
      host = suffixes.find(bytes, start, length, true);
      if (host == null) {
        host = prefixes.find(bytes, start, length, false);
      }
    }
    return host == null ? fallback : host;
  }

  /** Collects domains; one that occurs twice is a problem. */
  static final class Builder<T> {
    private final Map<String, T> exact = new HashMap<>();
    private final Map<String, T> suffixes = new HashMap<>();
    private final Map<String, T> prefixes = new HashMap<>();
    private @Nullable T fallback;

    void add(String domain, T host, Problems problems) {
      String lower = domain.toLowerCase(Locale.ROOT);
      T other;
      if (lower.equals("*")) {
        other = fallback;
        fallback = host;
      } else if (lower.startsWith("*")) {
        other = suffixes.putIfAbsent(lower.substring(1), host);
      } else if (lower.endsWith("*")) {
        other = prefixes.putIfAbsent(lower.substring(0, lower.length() - 1), host);
      } else {
        other = exact.putIfAbsent(lower, host);
      }
      if (other != null) {
        problems.add(
            "", "only unique domains are allowed, " + domain + " occurs twice", "remove one");
      } else if (lower.length() > 2 && lower.indexOf('*', 1) > 0 && !lower.endsWith("*")) {
        problems.warn(
            "",
            "a star inside a domain is a plain character: " + domain,
            "stars stand at the beginning or the end");
      }
    }

    DomainIndex<T> build() {
      return new DomainIndex<>(
          exact.isEmpty() ? null : new BytesTable<>(exact, true),
          Wildcards.of(suffixes),
          Wildcards.of(prefixes),
          fallback);
    }
  }

  /** The length of a host without its port. */
  static int withoutPort(byte[] bytes, int start, int length) {
    for (int i = start + length - 1; i >= start; i--) {
      byte b = Ascii.lower(bytes[i]);
      if (b == ':') {
        return i - start;
      }
      if (b < '0' || b > '9') {
        return length;
      }
    }
    return length;
  }
}
