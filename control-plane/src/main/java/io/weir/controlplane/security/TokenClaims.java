package io.weir.controlplane.security;

import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher.PathSegment;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import java.util.ArrayList;
import java.util.List;

/** Claims of a verified token, which the JWT filter leaves in the request's metadata. */
final class TokenClaims {

  static final String FILTER = "envoy.filters.http.jwt_authn";
  static final String PAYLOAD = "payload";

  private TokenClaims() {}

  /**
   * The issuer and subject of a token, {@code issuer/subject}; an issuer may hold slashes. A star
   * stands at one end only: the other part then is meant as it is written.
   */
  static Principal requestPrincipal(String value) {
    int slash = value.lastIndexOf('/');
    String issuer = slash < 0 ? value : value.substring(0, slash);
    String subject = slash < 0 ? "" : value.substring(slash + 1);
    if (value.equals("*")) {
      return principal(text("*"), text("*"));
    }
    if (value.startsWith("*")) {
      return slash < 0
          ? principal(text("*"), text(value))
          : principal(text(issuer), exact(subject));
    }
    if (value.endsWith("*")) {
      return slash < 0
          ? principal(text(value), text("*"))
          : principal(exact(issuer), text(subject));
    }
    return principal(exact(issuer), exact(subject));
  }

  private static Principal principal(ValueMatcher issuer, ValueMatcher subject) {
    return Principal.newBuilder()
        .setAndIds(
            Principal.Set.newBuilder()
                .addIds(metadata(List.of("iss"), issuer))
                .addIds(metadata(List.of("sub"), subject)))
        .build();
  }

  private static ValueMatcher exact(String value) {
    return ValueMatcher.newBuilder()
        .setStringMatch(StringMatcher.newBuilder().setExact(value))
        .build();
  }

  /** A claim that is one of the values, or a list that holds one of them. */
  static Principal claim(List<String> path, List<String> values) {
    ValueMatcher one = anyOf(values.stream().map(TokenClaims::text).toList());
    ValueMatcher either =
        ValueMatcher.newBuilder()
            .setOrMatch(
                OrMatcher.newBuilder()
                    .addValueMatchers(
                        ValueMatcher.newBuilder()
                            .setListMatch(ListMatcher.newBuilder().setOneOf(one)))
                    .addValueMatchers(one))
            .build();
    return metadata(path, either);
  }

  /** One of the values; a single one needs no alternative. */
  static ValueMatcher anyOf(List<ValueMatcher> values) {
    return values.size() == 1
        ? values.getFirst()
        : ValueMatcher.newBuilder()
            .setOrMatch(OrMatcher.newBuilder().addAllValueMatchers(values))
            .build();
  }

  private static ValueMatcher text(String value) {
    return ValueMatcher.newBuilder().setStringMatch(TextPattern.matcher(value)).build();
  }

  private static Principal metadata(List<String> path, ValueMatcher value) {
    List<String> whole = new ArrayList<>();
    whole.add(PAYLOAD);
    whole.addAll(path);
    return Principal.newBuilder().setMetadata(metadata(FILTER, whole, value)).build();
  }

  static MetadataMatcher metadata(String filter, List<String> path, ValueMatcher value) {
    MetadataMatcher.Builder matcher =
        MetadataMatcher.newBuilder().setFilter(filter).setValue(value);
    path.forEach(key -> matcher.addPath(PathSegment.newBuilder().setKey(key)));
    return matcher.build();
  }
}
