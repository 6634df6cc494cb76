package io.weir.filter.http;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer made by the proxy itself.
 *
 * @param code the HTTP status
 * @param body text or bytes; empty for none. Without a {@code content-type} it goes out as {@code
 *     text/plain}
 * @param modifyHeaders edits the response headers after the standard ones were set; may be null
 * @param grpcStatus the gRPC status for gRPC requests; null to derive it from {@code code}
 * @param details {@code %RESPONSE_CODE_DETAILS%}; whitespace becomes {@code _}
 */
public record LocalReply(
    int code,
    byte[] body,
    @Nullable Consumer<HeaderMap> modifyHeaders,
    @Nullable Integer grpcStatus,
    String details) {

  private static final byte[] NO_BODY = {};

  public static LocalReply of(int code, String body, String details) {
    return new LocalReply(
        code,
        body.isEmpty() ? NO_BODY : body.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        null,
        null,
        details);
  }
}
