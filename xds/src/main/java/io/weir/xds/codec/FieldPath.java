package io.weir.xds.codec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Field paths as problems carry them: {@code a.b[2].c["key"].d}. */
final class FieldPath {

  private FieldPath() {}

  /** Names and map keys as they are, indexes with a # in front. */
  static List<String> steps(String path) {
    List<String> steps = new ArrayList<>();
    int at = 0;
    while (at < path.length()) {
      char c = path.charAt(at);
      if (c == '.') {
        at++;
      } else if (path.startsWith("[\"", at)) {
        int end = path.indexOf("\"]", at);
        if (end < 0) {
          break;
        }
        steps.add(path.substring(at + 2, end));
        at = end + 2;
      } else if (c == '[') {
        int end = path.indexOf(']', at);
        if (end < 0) {
          break;
        }
        steps.add("#" + path.substring(at + 1, end));
        at = end + 1;
      } else {
        int end = at;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
          end++;
        }
        steps.add(path.substring(at, end));
        at = end;
      }
    }
    return steps;
  }

  /** The entry of a field, whichever spelling the document uses. */
  static SourceMap.@Nullable Entry entry(SourceMap map, String name) {
    SourceMap.Entry exact = map.entry(name);
    if (exact != null) {
      return exact;
    }
    for (SourceMap.Entry entry : map.entries()) {
      if (camelEquals(entry.key(), name)) {
        return entry;
      }
    }
    return null;
  }

  private static boolean camelEquals(String a, String b) {
    return a.replace("_", "").equalsIgnoreCase(b.replace("_", ""));
  }
}
