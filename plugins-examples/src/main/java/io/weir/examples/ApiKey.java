package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Hex;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.Settings;
import io.weir.plugin.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Lets requests with a known key in, and tells the upstream whose key it is. Keys are configured by
 * their SHA-256, so that the configuration holds no secret: {@code {"header": "x-api-key", "keys":
 * {"<sha256 in hex>": "consumer"}}}.
 */
@Plugin(name = "api-key", description = "lets requests with a known key in")
public final class ApiKey implements HttpPlugin {
  private String header = "x-api-key";
  private Map<String, String> consumers = Map.of();

  @Override
  public void start(PluginContext context) {
    Settings settings = Settings.of(context);
    header = settings.text("header", header);
    consumers = settings.map("keys");
    settings.done();
    if (consumers.isEmpty()) {
      throw settings.refused("keys", "is empty: nobody could get in");
    }
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    String key = exchange.requestHeaders().first(header);
    String consumer =
        key == null
            ? null
            : consumers.get(Hex.encode(Sha256.digest(key.getBytes(StandardCharsets.UTF_8))));
    if (consumer == null) {
      return exchange.reply(401, key == null ? "no API key" : "unknown API key");
    }
    exchange.requestHeaders().remove(header);
    exchange.requestHeaders().set("x-consumer", consumer);
    return Action.CONTINUE;
  }
}
