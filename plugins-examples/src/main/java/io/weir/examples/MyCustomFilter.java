package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;

/** Adds {@code x-custom-header: my-value} to every request. */
@Plugin(name = "my-custom-filter", description = "adds x-custom-header: my-value")
public final class MyCustomFilter implements HttpPlugin {
  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    exchange.requestHeaders().add("x-custom-header", "my-value");
    return Action.CONTINUE;
  }
}
