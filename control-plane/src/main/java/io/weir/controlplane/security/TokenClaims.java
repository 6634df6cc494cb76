package io.weir.controlplane.security;

import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher.PathSegment;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import java.util.ArrayList;
import java.util.List;

/** Claims of a verified token, which the JWT filter leaves in the request's metadata. */
final class TokenClaims {

  static final String FILTER = "envoy.filters.http.jwt_authn";
  static final String PAYLOAD = "payload";

  private TokenClaims() {}

  /** The issuer and subject of a token, {@code issuer/subject}. */
  static Principal requestPrincipal(String value) {
    int slash = value.lastIndexOf('/');
    String issuer = slash < 0 ? value : value.substring(0, slash);
    String subject = slash < 0 ? "*" : value.substring(slash + 1);
    return Principal.newBuilder()
        .setAndIds(
            Principal.Set.newBuilder()
                .addIds(metadata(List.of("iss"), text(issuer)))
                .addIds(metadata(List.of("sub"), text(subject))))
        .build();
  }

  /** A claim that is one of the values, or a list that holds one of them. */
  static Principal claim(List<String> path, List<String> values) {
    ValueMatcher one = anyOf(values);
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

  private static ValueMatcher anyOf(List<String> values) {
    if (values.size() == 1) {
      return text(values.getFirst());
    }
    OrMatcher.Builder any = OrMatcher.newBuilder();
    values.forEach(value -> any.addValueMatchers(text(value)));
    return ValueMatcher.newBuilder().setOrMatch(any).build();
  }

  private static ValueMatcher text(String value) {
    return ValueMatcher.newBuilder().setStringMatch(TextPattern.matcher(value)).build();
  }

  private static Principal metadata(List<String> path, ValueMatcher value) {
    List<String> whole = new ArrayList<>();
    whole.add(PAYLOAD);
    whole.addAll(path);
    return metadata(FILTER, whole, value);
  }

  static Principal metadata(String filter, List<String> path, ValueMatcher value) {
    MetadataMatcher.Builder matcher =
        MetadataMatcher.newBuilder().setFilter(filter).setValue(value);
    path.forEach(key -> matcher.addPath(PathSegment.newBuilder().setKey(key)));
    return Principal.newBuilder().setMetadata(matcher).build();
  }
}
