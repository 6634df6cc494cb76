package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Default;
import io.weir.plugin.Doc;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.Range;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cross-origin requests (Fetch standard): answers preflights, marks responses. Configuration:
 * {@code {"origins": ["https://a.example"], "methods": "GET, POST", "headers": "content-type",
 * "max_age": 600}}.
 */
@Plugin(name = "cors", description = "cross-origin requests")
public final class Cors implements HttpPlugin {
  /** What can be configured. */
  public record Config(
      @Doc("Origins that may ask, as https://a.example") List<String> origins,
      @Default("GET, HEAD, POST") String methods,
      @Default("content-type") String headers,
      @Doc("Seconds that an answer may be kept") @Range(min = 0) @Default("600") long maxAge) {}

  private final List<String> origins;
  private final String methods;
  private final String headers;
  private final long maxAge;

  public Cors(Config config) {
    origins = config.origins();
    methods = config.methods();
    headers = config.headers();
    maxAge = config.maxAge();
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    String origin = exchange.requestHeaders().first("origin");
    if (origin == null || !origins.contains(origin)) {
      return Action.CONTINUE;
    }
    exchange.setState(origin);
    String method = exchange.requestHeaders().first("access-control-request-method");
    if (method == null || !"OPTIONS".equals(exchange.requestHeaders().first(":method"))) {
      return Action.CONTINUE;
    }
    return exchange.reply(
        204,
        "",
        "access-control-allow-origin",
        origin,
        "access-control-allow-methods",
        methods,
        "access-control-allow-headers",
        headers,
        "access-control-max-age",
        Long.toString(maxAge),
        "vary",
        "origin");
  }

  @Override
  public Action onResponseHeaders(HttpExchange exchange, boolean endOfStream) {
    @Nullable Object origin = exchange.state();
    if (origin instanceof String allowed) {
      exchange.responseHeaders().set("access-control-allow-origin", allowed);
      exchange.responseHeaders().set("vary", "origin");
    }
    return Action.CONTINUE;
  }
}
