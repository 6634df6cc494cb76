package io.weir.xds;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds what somebody probably meant. */
public final class Nearest {

  private Nearest() {}

  /** {@code "did you mean X?"}, or an empty text when nothing is near enough. */
  public static String hint(String given, Collection<String> allowed) {
    String best = find(given, allowed);
    return best == null ? "" : "did you mean " + best + "?";
  }

  /** The allowed name with the smallest edit distance, if that is at most a third of the length. */
  public static @Nullable String find(String given, Collection<String> allowed) {
    String best = null;
    int bestDistance = Math.max(2, given.length() / 3) + 1;
    String plain = plain(given);
    for (String candidate : allowed) {
      int distance = distance(plain, plain(candidate), bestDistance);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Case and underscores are what people get wrong first, so they cost nothing. */
  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(java.util.Locale.ROOT);
  }

  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) >= limit) {
      return limit;
    }
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
