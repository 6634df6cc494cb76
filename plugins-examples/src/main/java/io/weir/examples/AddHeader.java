package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.ConfigurationException;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Json;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds one header to requests and responses. Configuration: {@code {"name": "x-weir", "value":
 * "1"}}, both optional.
 */
@Plugin(name = "add-header", description = "adds a header to requests and responses")
public final class AddHeader implements HttpPlugin {
  private String name = "x-weir";
  private String value = "1";

  @Override
  public void start(PluginContext context) {
    Map<String, @Nullable Object> configuration = Json.parseObject(context.configuration());
    for (Map.Entry<String, @Nullable Object> entry : configuration.entrySet()) {
      if (!(entry.getValue() instanceof String text)) {
        throw new ConfigurationException("'" + entry.getKey() + "' must be a string");
      }
      switch (entry.getKey()) {
        case "name" -> name = text;
        case "value" -> value = text;
        default ->
            throw new ConfigurationException(
                "unknown field '" + entry.getKey() + "'; there are 'name' and 'value'");
      }
    }
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
