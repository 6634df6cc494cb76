package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.weir.controlplane.config.StringMatch;
import io.weir.controlplane.config.VirtualService.HttpMatch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Conditions of a rule as conditions of a route. */
final class RouteMatches {

  private RouteMatches() {}

  /** Whether a condition can hold for requests of this proxy and listener at all. */
  static boolean applies(HttpMatch match, RouteScope scope) {
    if (match.port() != 0 && match.port() != scope.listenPort()) {
      return false;
    }
    if (!match.gateways().isEmpty()) {
      // Who names gateways does not get the conditions on the source too, as in Istio.
      return match.gateways().stream().anyMatch(scope.gateways()::contains);
    }
    return (match.sourceNamespace().isEmpty() || match.sourceNamespace().equals(scope.namespace()))
        && scope.labels().entrySet().containsAll(match.sourceLabels().entrySet());
  }

  static RouteMatch build(@Nullable HttpMatch match) {
    RouteMatch.Builder out = RouteMatch.newBuilder().setPrefix("/");
    if (match == null) {
      return out.build();
    }
    StringMatch uri = match.uri();
    if (uri != null) {
      if (uri.exact() != null) {
        out.setPath(uri.exact());
      } else if (uri.prefix() != null) {
        out.setPrefix(uri.prefix());
      } else if (uri.regex() != null) {
        out.setSafeRegex(regex(uri.regex()));
      }
    }
    out.setCaseSensitive(Messages.bool(!match.ignoreUriCase()));
    sorted(match.headers())
        .forEach(
            (name, value) -> {
              List<String> claim = RouteClaims.path(name);
              if (claim.isEmpty()) {
                out.addHeaders(header(name, value));
              } else {
                out.addDynamicMetadata(RouteClaims.matcher(claim, string(value), false));
              }
            });
    sorted(match.withoutHeaders())
        .forEach(
            (name, value) -> {
              List<String> claim = RouteClaims.path(name);
              if (claim.isEmpty()) {
                out.addHeaders(without(name, value));
              } else {
                out.addDynamicMetadata(RouteClaims.matcher(claim, string(value), true));
              }
            });
    pseudo(out, ":method", match.method());
    pseudo(out, ":authority", match.authority());
    pseudo(out, ":scheme", match.scheme());
    match.queryParams().forEach((name, value) -> out.addQueryParameters(query(name, value)));
    return out.build();
  }

  /** Whether a route matches every request. */
  static boolean catchesAll(Route route) {
    RouteMatch match = route.getMatch();
    boolean everyPath =
        switch (match.getPathSpecifierCase()) {
          case PREFIX -> match.getPrefix().equals("/");
          case SAFE_REGEX ->
              match.getSafeRegex().getRegex().equals("*")
                  || match.getSafeRegex().getRegex().equals(".*");
          default -> false;
        };
    return everyPath
        && match.getHeadersCount() == 0
        && match.getQueryParametersCount() == 0
        && match.getDynamicMetadataCount() == 0;
  }

  private static Map<String, StringMatch> sorted(Map<String, StringMatch> matches) {
    return new TreeMap<>(matches);
  }

  private static void pseudo(RouteMatch.Builder out, String name, @Nullable StringMatch match) {
    if (match != null) {
      out.addHeaders(header(name, match));
    }
  }

  private static HeaderMatcher header(String name, StringMatch match) {
    HeaderMatcher.Builder header = HeaderMatcher.newBuilder().setName(name);
    return isPresence(match)
        ? header.setPresentMatch(true).build()
        : header.setStringMatch(string(match)).build();
  }

  private static HeaderMatcher without(String name, StringMatch match) {
    HeaderMatcher.Builder header = header(name, match).toBuilder().setInvertMatch(true);
    // A header that is not there does not have the unwanted value.
    return isPresence(match) ? header.build() : header.setTreatMissingHeaderAsEmpty(true).build();
  }

  private static QueryParameterMatcher query(String name, StringMatch match) {
    QueryParameterMatcher.Builder query = QueryParameterMatcher.newBuilder().setName(name);
    return isPresence(match)
        ? query.setPresentMatch(true).build()
        : query.setStringMatch(string(match)).build();
  }

  private static boolean isPresence(StringMatch match) {
    return match.exact() == null
        && match.prefix() == null
        && (match.regex() == null || match.regex().equals("*"));
  }

  static StringMatcher string(StringMatch match) {
    StringMatcher.Builder out = StringMatcher.newBuilder();
    if (match.exact() != null) {
      out.setExact(match.exact());
    } else if (match.prefix() != null) {
      out.setPrefix(match.prefix());
    } else if (match.regex() != null) {
      out.setSafeRegex(regex(match.regex()));
    }
    return out.build();
  }

  private static RegexMatcher regex(String regex) {
    return RegexMatcher.newBuilder().setRegex(regex).build();
  }
}
