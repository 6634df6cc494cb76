package io.weir.proxy.router;

import com.google.re2j.Pattern;
import io.weir.proxy.matcher.RegexSubstitution;
import org.jspecify.annotations.Nullable;

/** What replaces the path of a request. Immutable. */
sealed interface PathRewrite {

  /**
   * The new path, query included.
   *
   * @param path as received, with its query
   * @param match how the route matched
   */
  @Nullable String rewrite(String path, PathMatch match);

  /** {@code prefix_rewrite}: replaces what the route matched. */
  record Prefix(String replacement) implements PathRewrite {
    @Override
    public @Nullable String rewrite(String path, PathMatch match) {
      if (!match.begins(path)) {
        return null;
      }
      int end = pathEnd(path);
      int matched = Math.min(match.prefixLength(end), end);
      return replacement + path.substring(matched);
    }
  }

  /** {@code regex_rewrite}: replaces every match in the path; the query stays. */
  record Regex(Pattern pattern, String substitution) implements PathRewrite {
    @Override
    public String rewrite(String path, PathMatch match) {
      int end = pathEnd(path);
      return RegexSubstitution.replaceAll(pattern, path.substring(0, end), substitution)
          + path.substring(end);
    }
  }

  /** {@code path_rewrite_policy}: fills a template from the variables of the one that matched. */
  record Template(UriTemplateRewrite rewrite) implements PathRewrite {
    @Override
    public @Nullable String rewrite(String path, PathMatch match) {
      int end = pathEnd(path);
      String made =
          match instanceof PathMatch.Template(UriTemplate template)
              ? rewrite.apply(template, path.substring(0, end))
              : null;
      return made == null ? null : made + path.substring(end);
    }
  }

  /** Where the query or fragment begins. */
  static int pathEnd(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '?' || c == '#') {
        return i;
      }
    }
    return path.length();
  }
}
