package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Default;
import io.weir.plugin.Doc;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import java.util.Map;

/**
 * Says how long responses may be cached, by their media type, unless the upstream says so itself.
 * Configuration: {@code {"rules": {"image/": "public, max-age=86400"}, "other": "no-store"}}.
 */
@Plugin(name = "cache-policy", description = "says how long responses may be cached")
public final class CachePolicy implements HttpPlugin {
  /** What can be configured. */
  public record Config(
      @Doc("Values of cache-control by the beginning of the content type")
          Map<String, String> rules,
      @Doc("For all others") @Default("no-store") String other) {}

  private final Map<String, String> rules;
  private final String other;

  public CachePolicy(Config config) {
    rules = config.rules();
    other = config.other();
  }

  @Override
  public Action onResponseHeaders(HttpExchange exchange, boolean endOfStream) {
    if (exchange.responseHeaders().first("cache-control") == null) {
      String type = exchange.responseHeaders().first("content-type");
      exchange.responseHeaders().set("cache-control", policy(type == null ? "" : type));
    }
    return Action.CONTINUE;
  }

  private String policy(String type) {
    for (Map.Entry<String, String> rule : rules.entrySet()) {
      if (type.startsWith(rule.getKey())) {
        return rule.getValue();
      }
    }
    return other;
  }
}
