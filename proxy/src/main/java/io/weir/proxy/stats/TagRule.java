package io.weir.proxy.stats;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/** How one tag is found in the names of statistics. Immutable. */
sealed interface TagRule {
  String tag();

  /** Where the tag is in a name, or null. */
  @Nullable Cut find(String name);

  /**
   * A tag's place in a name.
   *
   * @param start of what is taken out of the name
   * @param end of what is taken out of the name
   */
  record Cut(int start, int end, String value) {}

  /**
   * Names of a fixed shape: words between dots, where {@code *} is any word, {@code $} the word
   * that is the tag and a final {@code **} any rest. The word's dot goes with it.
   */
  record Words(String tag, String[] words) implements TagRule {
    static Words of(String tag, String shape) {
      return new Words(tag, shape.split("\\."));
    }

    @Override
    public @Nullable Cut find(String name) {
      int at = 0;
      int start = -1;
      int end = -1;
      for (String word : words) {
        if (word.equals("**")) {
          return at > name.length() ? null : cut(name, start, end);
        }
        if (at > name.length()) {
          return null;
        }
        int dot = name.indexOf('.', at);
        int wordEnd = dot < 0 ? name.length() : dot;
        if (word.equals("$")) {
          start = at;
          end = wordEnd;
        } else if (!word.equals("*")
            && !(word.length() == wordEnd - at && name.startsWith(word, at))) {
          return null;
        }
        at = wordEnd + 1;
      }
      return at > name.length() ? cut(name, start, end) : null;
    }

    private static Cut cut(String name, int start, int end) {
      String value = name.substring(start, end);
      return end < name.length()
          ? new Cut(start, end + 1, value)
          : new Cut(Math.max(0, start - 1), end, value);
    }
  }

  /**
   * A regular expression whose first group is taken out of the name and whose second, if there is
   * one, is the value.
   *
   * @param hint a text that every matching name contains, looked for first; may be empty
   */
  record Regex(String tag, Pattern pattern, String hint) implements TagRule {
    @Override
    public @Nullable Cut find(String name) {
      if (!name.contains(hint)) {
        return null;
      }
      Matcher matcher = pattern.matcher(name);
      if (!matcher.find() || matcher.group(1) == null) {
        return null;
      }
      String value = matcher.groupCount() > 1 ? matcher.group(2) : matcher.group(1);
      return new Cut(matcher.start(1), matcher.end(1), value == null ? "" : value);
    }
  }
}
