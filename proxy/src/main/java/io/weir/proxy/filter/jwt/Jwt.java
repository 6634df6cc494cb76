package io.weir.proxy.filter.jwt;

import io.weir.filter.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parsed token; nothing about it was verified.
 *
 * @param algorithm {@code alg}
 * @param keyId {@code kid}, empty when absent
 * @param payloadText the payload as it stands in the token
 * @param signed what the signature covers
 * @param expires seconds since the epoch; −1 when absent, as the other times
 */
record Jwt(
    String algorithm,
    String keyId,
    Value.MapValue header,
    Value.MapValue payload,
    String payloadText,
    byte[] signed,
    byte[] signature,
    String issuer,
    String subject,
    List<String> audiences,
    long issuedAt,
    long notBefore,
    long expires) {

  /** A token or what is wrong with it. */
  record Parsed(JwtStatus status, @Nullable Jwt jwt) {
    private static Parsed bad(JwtStatus status) {
      return new Parsed(status, null);
    }
  }

  static Parsed parse(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
      return Parsed.bad(JwtStatus.BAD_FORMAT);
    }
    byte[] headerBytes = decode(parts[0]);
    if (headerBytes == null) {
      return Parsed.bad(JwtStatus.HEADER_BAD_BASE64);
    }
    Value.MapValue header = JsonValues.parse(text(headerBytes));
    if (header == null) {
      return Parsed.bad(JwtStatus.HEADER_BAD_JSON);
    }
    if (!(header.get("alg") instanceof Value.StringValue(String algorithm))) {
      return Parsed.bad(JwtStatus.HEADER_BAD_ALG);
    }
    if (!Signatures.supports(algorithm)) {
      return Parsed.bad(JwtStatus.HEADER_UNKNOWN_ALG);
    }
    Value kid = header.get("kid");
    if (kid != null && !(kid instanceof Value.StringValue)) {
      return Parsed.bad(JwtStatus.HEADER_BAD_KID);
    }
    byte[] payloadBytes = decode(parts[1]);
    if (payloadBytes == null) {
      return Parsed.bad(JwtStatus.PAYLOAD_BAD_BASE64);
    }
    Value.MapValue payload = JsonValues.parse(text(payloadBytes));
    if (payload == null) {
      return Parsed.bad(JwtStatus.PAYLOAD_BAD_JSON);
    }
    byte[] signature = decode(parts[2]);
    if (signature == null) {
      return Parsed.bad(JwtStatus.SIGNATURE_BAD_BASE64);
    }
    JwtStatus wrong = wrongClaim(payload);
    if (wrong != null) {
      return Parsed.bad(wrong);
    }
    return new Parsed(
        JwtStatus.OK,
        new Jwt(
            algorithm,
            kid instanceof Value.StringValue(String id) ? id : "",
            header,
            payload,
            parts[1],
            (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII),
            signature,
            string(payload.get("iss")),
            string(payload.get("sub")),
            audiences(payload.get("aud")),
            time(payload.get("iat")),
            time(payload.get("nbf")),
            time(payload.get("exp"))));
  }

  private static @Nullable JwtStatus wrongClaim(Value.MapValue payload) {
    if (!isStringOrAbsent(payload.get("iss"))) {
      return JwtStatus.ISS_NOT_STRING;
    }
    if (!isStringOrAbsent(payload.get("sub"))) {
      return JwtStatus.SUB_NOT_STRING;
    }
    if (!isTimeOrAbsent(payload.get("iat"))) {
      return JwtStatus.IAT_NOT_INTEGER;
    }
    if (!isTimeOrAbsent(payload.get("nbf"))) {
      return JwtStatus.NBF_NOT_INTEGER;
    }
    if (!isTimeOrAbsent(payload.get("exp"))) {
      return JwtStatus.EXP_NOT_INTEGER;
    }
    return switch (payload.get("aud")) {
      case null -> null;
      case Value.StringValue _ -> null;
      case Value.ListValue(List<Value> items)
          when items.stream().allMatch(Value.StringValue.class::isInstance) ->
          null;
      default -> JwtStatus.AUD_NOT_STRING;
    };
  }

  private static boolean isStringOrAbsent(@Nullable Value value) {
    return value == null || value instanceof Value.StringValue;
  }

  private static boolean isTimeOrAbsent(@Nullable Value value) {
    return value == null || value instanceof Value.NumberValue(double number) && number >= 0;
  }

  private static String string(@Nullable Value value) {
    return value instanceof Value.StringValue(String text) ? text : "";
  }

  private static long time(@Nullable Value value) {
    return value instanceof Value.NumberValue(double number) ? (long) number : -1;
  }

  private static List<String> audiences(@Nullable Value value) {
    List<String> audiences = new ArrayList<>();
    if (value instanceof Value.StringValue(String one)) {
      audiences.add(one);
    } else if (value instanceof Value.ListValue(List<Value> items)) {
      items.forEach(item -> audiences.add(string(item)));
    }
    return List.copyOf(audiences);
  }

  private static byte @Nullable [] decode(String part) {
    try {
      return part.isEmpty() ? null : Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
