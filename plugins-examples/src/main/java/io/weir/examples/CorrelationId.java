package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Default;
import io.weir.plugin.Hex;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.Sha256;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request an id, takes over one that a client sent, and says it in the response.
 * Configuration: {@code {"header": "x-correlation-id"}}.
 */
@Plugin(name = "correlation-id", description = "an id for each request, told in the response")
public final class CorrelationId implements HttpPlugin {
  /** What can be configured. */
  public record Config(@Default("x-correlation-id") String header) {}

  private final String header;
  private int count;

  public CorrelationId(Config config) {
    header = config.header();
  }

  private static final int ID_DIGITS = 32;

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    String id = exchange.requestHeaders().first(header);
    if (id == null || id.isEmpty()) {
      id = next(exchange.requestHeaders().first("x-request-id"));
      exchange.requestHeaders().set(header, id);
    }
    exchange.setState(id);
    return Action.CONTINUE;
  }

  /** Unique as the proxy's own request id is; the count separates requests without one. */
  private String next(@Nullable String requestId) {
    String seed = requestId + " " + count++ + " " + System.currentTimeMillis();
    return Hex.encode(Sha256.digest(seed.getBytes(StandardCharsets.UTF_8))).substring(0, ID_DIGITS);
  }

  @Override
  public Action onResponseHeaders(HttpExchange exchange, boolean endOfStream) {
    if (exchange.state() instanceof String id) {
      exchange.responseHeaders().set(header, id);
    }
    return Action.CONTINUE;
  }
}
