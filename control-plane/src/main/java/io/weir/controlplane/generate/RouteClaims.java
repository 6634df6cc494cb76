package io.weir.controlplane.generate;

import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher.PathSegment;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import java.util.List;
import java.util.Locale;

/**
 * Conditions on the claims of a verified token, which VirtualServices write as headers: {@code
 * @request.auth.claims.group} or {@code @request.auth.claims[group][id]}.
 */
final class RouteClaims {
  private static final String NAME = "@request.auth.claims";
  private static final String FILTER = "envoy.filters.http.jwt_authn";
  private static final String PAYLOAD = "payload";

  private RouteClaims() {}

  /** The path of the claim that a header's name means, or an empty list. */
  static List<String> path(String header) {
    if (!header.toLowerCase(Locale.ROOT).startsWith(NAME) || header.length() < NAME.length() + 2) {
      return List.of();
    }
    String rest = header.substring(NAME.length());
    if (rest.startsWith(".")) {
      return List.of(rest.substring(1).split("\\."));
    }
    return rest.startsWith("[") && rest.endsWith("]")
        ? List.of(rest.substring(1, rest.length() - 1).split("]\\["))
        : List.of();
  }

  /** The claim has a value, or is a list that holds it. */
  static MetadataMatcher matcher(List<String> claim, StringMatcher value, boolean inverted) {
    ValueMatcher text = ValueMatcher.newBuilder().setStringMatch(value).build();
    ValueMatcher listed =
        ValueMatcher.newBuilder().setListMatch(ListMatcher.newBuilder().setOneOf(text)).build();
    MetadataMatcher.Builder matcher =
        MetadataMatcher.newBuilder()
            .setFilter(FILTER)
            .addPath(PathSegment.newBuilder().setKey(PAYLOAD))
            .setValue(
                ValueMatcher.newBuilder()
                    .setOrMatch(
                        OrMatcher.newBuilder().addValueMatchers(listed).addValueMatchers(text)))
            .setInvert(inverted);
    claim.forEach(key -> matcher.addPath(PathSegment.newBuilder().setKey(key)));
    return matcher.build();
  }
}
