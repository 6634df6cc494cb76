package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.ConfigurationException;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;

/**
 * Adds one header to requests and responses. Configuration: {@code name=value}; the default is
 * {@code x-weir=1}.
 */
@Plugin(name = "add-header", description = "adds a header to requests and responses")
public final class AddHeader implements HttpPlugin {
  private String name = "x-weir";
  private String value = "1";

  @Override
  public void start(PluginContext context) {
    String configuration = context.configuration().strip();
    if (configuration.isEmpty()) {
      return;
    }
    int equals = configuration.indexOf('=');
    if (equals < 1) {
      throw new ConfigurationException(
          "'" + configuration + "' is not of the form name=value; write x-weir=1, say");
    }
    name = configuration.substring(0, equals);
    value = configuration.substring(equals + 1);
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
