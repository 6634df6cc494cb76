package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.ConfigurationException;
import io.weir.plugin.Default;
import io.weir.plugin.Doc;
import io.weir.plugin.Hex;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
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
  /** What can be configured. */
  public record Config(
      @Doc("The header with the key") @Default("x-api-key") String header,
      @Doc("Consumers by the SHA-256 of their key, in hex") Map<String, String> keys) {}

  private final String header;
  private final Map<String, String> consumers;

  public ApiKey(Config config) {
    header = config.header();
    consumers = config.keys();
    if (consumers.isEmpty()) {
      throw new ConfigurationException("/keys is empty: nobody could get in");
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
