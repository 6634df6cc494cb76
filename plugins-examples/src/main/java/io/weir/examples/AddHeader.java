package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Default;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;

/**
 * Adds one header to requests and responses. Configuration: {@code {"name": "x-weir", "value":
 * "1"}}, both optional.
 */
@Plugin(name = "add-header", description = "adds a header to requests and responses")
public final class AddHeader implements HttpPlugin {
  /** What can be configured. */
  public record Config(@Default("x-weir") String name, @Default("1") String value) {}

  private final String name;
  private final String value;

  public AddHeader(Config config) {
    name = config.name();
    value = config.value();
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    exchange.requestHeaders().set(name, value);
    return Action.CONTINUE;
  }

  @Override
  public Action onResponseHeaders(HttpExchange exchange, boolean endOfStream) {
    exchange.responseHeaders().set(name, value);
    return Action.CONTINUE;
  }
}
