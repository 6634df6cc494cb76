package io.weir.proxy.filter.jwt;

import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.weir.filter.Problems;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.matcher.HeaderMatcher;
import io.weir.proxy.matcher.QueryParameters;
import io.weir.proxy.matcher.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A compiled {@code RouteMatch}, outside a route table. Immutable. */
record RequestMatch(
    @Nullable StringMatcher path,
    boolean connect,
    List<HeaderMatcher> headers,
    List<QueryParameters.Matcher> query) {

  /** Null when problems were reported. */
  static @Nullable RequestMatch load(RouteMatch match, Problems problems) {
    int before = problems.count();
    boolean ignoreCase = match.hasCaseSensitive() && !match.getCaseSensitive().getValue();
    StringMatcher path =
        switch (match.getPathSpecifierCase()) {
          case PREFIX -> text(match.getPrefix(), ignoreCase, false, problems);
          case PATH -> StringMatcher.exact(match.getPath(), ignoreCase);
          case PATH_SEPARATED_PREFIX ->
              text(match.getPathSeparatedPrefix(), ignoreCase, true, problems);
          case SAFE_REGEX -> StringMatcher.regex(match.getSafeRegex(), problems.at("safe_regex"));
          case CONNECT_MATCHER -> null;
          case PATH_MATCH_POLICY -> {
            problems.add("path_match_policy", "is not implemented here", "use prefix or path");
            yield null;
          }
          case PATHSPECIFIER_NOT_SET -> {
            problems.add("", "no path is given", "set prefix, path or safe_regex");
            yield null;
          }
        };
    var loaded =
        new RequestMatch(
            path,
            match.hasConnectMatcher(),
            HeaderMatcher.loadAll(match.getHeadersList(), "headers", problems),
            QueryParameters.load(match.getQueryParametersList(), "query_parameters", problems));
    return problems.count() > before ? null : loaded;
  }

  private static @Nullable StringMatcher text(
      String prefix, boolean ignoreCase, boolean separated, Problems problems) {
    var builder =
        io.envoyproxy.envoy.type.matcher.v3.StringMatcher.newBuilder().setIgnoreCase(ignoreCase);
    if (!separated) {
      return StringMatcher.load(builder.setPrefix(prefix).build(), problems);
    }
    String pattern = (ignoreCase ? "(?i)" : "") + com.google.re2j.Pattern.quote(prefix) + "(/.*)?";
    return StringMatcher.load(
        builder
            .clearIgnoreCase()
            .setSafeRegex(
                io.envoyproxy.envoy.type.matcher.v3.RegexMatcher.newBuilder().setRegex(pattern))
            .build(),
        problems);
  }

  boolean matches(HeaderMap request) {
    return pathMatches(request)
        && HeaderMatcher.matchesAll(headers, request)
        && QueryParameters.matchesAll(query, request);
  }

  private boolean pathMatches(HeaderMap request) {
    if (connect) {
      return request.valueEquals(HeaderName.METHOD, "CONNECT");
    }
    int entry = request.find(HeaderName.PATH);
    if (entry < 0 || path == null) {
      return false;
    }
    byte[] bytes = request.bytes();
    int start = request.valueStart(entry);
    int end = start + request.valueLength(entry);
    int stop = start;
    while (stop < end && bytes[stop] != '?' && bytes[stop] != '#') {
      stop++;
    }
    return path.matches(bytes, start, stop - start);
  }
}
