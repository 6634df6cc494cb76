package io.weir.proxy.router;

import io.weir.filter.Problems;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.matcher.RegexSubstitution;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code RouteAction.hash_policy}. */
final class HashPolicyLoader {
  private HashPolicyLoader() {}

  static HashPolicy load(
      List<io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy> messages,
      LoadContext context) {
    if (messages.isEmpty()) {
      return HashPolicy.NONE;
    }
    var rules = new ArrayList<HashPolicy.Rule>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      var message = messages.get(i);
      HashPolicy.Source source = source(message, context.problems().at("hash_policy[" + i + "]"));
      if (source != null) {
        rules.add(new HashPolicy.Rule(source, message.getTerminal()));
      }
    }
    return new HashPolicy(rules);
  }

  private static HashPolicy.@Nullable Source source(
      io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy message, Problems problems) {
    return switch (message.getPolicySpecifierCase()) {
      case HEADER -> {
        RegexSubstitution rewrite = null;
        if (message.getHeader().hasRegexRewrite()) {
          rewrite =
              RegexSubstitution.load(
                  message.getHeader().getRegexRewrite(), problems.at("header.regex_rewrite"));
        }
        yield new HashPolicy.Header(HeaderName.of(message.getHeader().getHeaderName()), rewrite);
      }
      case COOKIE -> cookie(message.getCookie());
      case CONNECTION_PROPERTIES ->
          message.getConnectionProperties().getSourceIp() ? new HashPolicy.SourceIp() : null;
      case QUERY_PARAMETER ->
          new HashPolicy.Query(
              message.getQueryParameter().getName().getBytes(StandardCharsets.UTF_8));
      case FILTER_STATE -> new HashPolicy.State(message.getFilterState().getKey());
      case POLICYSPECIFIER_NOT_SET -> {
        problems.add("", "no hash source is given", "set header, cookie or another source");
        yield null;
      }
    };
  }

  private static HashPolicy.Source cookie(
      io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy.Cookie cookie) {
    var suffix = new StringBuilder();
    long ttl = cookie.hasTtl() ? cookie.getTtl().getSeconds() : -1;
    if (ttl > 0) {
      suffix.append("; Max-Age=").append(ttl);
    }
    if (!cookie.getPath().isEmpty()) {
      suffix.append("; Path=").append(cookie.getPath());
    }
    cookie
        .getAttributesList()
        .forEach(
            attribute -> {
              suffix.append("; ").append(attribute.getName());
              if (!attribute.getValue().isEmpty()) {
                suffix.append('=').append(attribute.getValue());
              }
            });
    suffix.append("; HttpOnly");
    return new HashPolicy.Cookie(cookie.getName(), ttl, suffix.toString());
  }
}
