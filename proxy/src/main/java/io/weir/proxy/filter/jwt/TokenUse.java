package io.weir.proxy.filter.jwt;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an accepted token adds to a request. */
final class TokenUse {
  static final String NAMESPACE = "envoy.filters.http.jwt_authn";

  private TokenUse() {}

  static void apply(Provider provider, Jwt jwt, HeaderMap headers, DynamicMetadata metadata) {
    if (provider.forwardPayload() != null) {
      headers.set(provider.forwardPayload(), payload(provider, jwt));
    }
    for (Provider.ClaimHeader claim : provider.claimHeaders()) {
      String text = text(find(jwt.payload(), claim.path()));
      if (text != null) {
        headers.set(claim.header(), text);
      }
    }
    if (!provider.payloadMetadata().isEmpty()) {
      metadata.set(
          NAMESPACE,
          provider.payloadMetadata(),
          normalised(jwt.payload(), provider.spaceDelimited()));
    }
    if (!provider.headerMetadata().isEmpty()) {
      metadata.set(NAMESPACE, provider.headerMetadata(), jwt.header());
    }
  }

  private static String payload(Provider provider, Jwt jwt) {
    String text = jwt.payloadText();
    return provider.padPayload() ? text + "=".repeat((4 - text.length() % 4) % 4) : text;
  }

  private static @Nullable Value find(Value.MapValue payload, List<String> path) {
    Value value = payload;
    for (String key : path) {
      value = value instanceof Value.MapValue map ? map.get(key) : null;
    }
    return value;
  }

  /** Plain claims as they are, lists and objects as Base64 of their JSON. */
  private static @Nullable String text(@Nullable Value value) {
    return switch (value) {
      case null -> null;
      case Value.NullValue _ -> null;
      case Value.StringValue(String text) -> text;
      case Value.BoolValue(boolean bool) -> Boolean.toString(bool);
      case Value.NumberValue(double number) -> JsonValues.number(number);
      default ->
          Base64.getEncoder()
              .encodeToString(JsonValues.print(value).getBytes(StandardCharsets.UTF_8));
    };
  }

  private static Value normalised(Value.MapValue payload, List<String> spaceDelimited) {
    Value.MapValue result = payload;
    for (String claim : spaceDelimited) {
      if (payload.get(claim) instanceof Value.StringValue(String text)) {
        List<Value> items =
            java.util.Arrays.stream(text.split(" "))
                .filter(item -> !item.isEmpty())
                .map(Value::of)
                .toList();
        result = result.with(claim, new Value.ListValue(items));
      }
    }
    return result;
  }
}
