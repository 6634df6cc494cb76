package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Headers;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sets and removes headers. Configuration: {@code {"request": {"set": {"x-a": "1"}, "remove":
 * ["x-b"]}, "response": {...}}}.
 */
@Plugin(name = "header-rewrite", description = "sets and removes headers")
public final class HeaderRewrite implements HttpPlugin {
  /** What can be configured. */
  public record Config(@Nullable Rules request, @Nullable Rules response) {}

  /** What happens to one direction's headers. */
  public record Rules(Map<String, String> set, List<String> remove) {
    static final Rules NONE = new Rules(Map.of(), List.of());

    void apply(Headers headers) {
      remove.forEach(headers::remove);
      set.forEach(headers::set);
    }
  }

  private final Rules request;
  private final Rules response;

  public HeaderRewrite(Config config) {
    request = config.request() == null ? Rules.NONE : config.request();
    response = config.response() == null ? Rules.NONE : config.response();
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    request.apply(exchange.requestHeaders());
    return Action.CONTINUE;
  }

  @Override
  public Action onResponseHeaders(HttpExchange exchange, boolean endOfStream) {
    response.apply(exchange.responseHeaders());
    return Action.CONTINUE;
  }
}
