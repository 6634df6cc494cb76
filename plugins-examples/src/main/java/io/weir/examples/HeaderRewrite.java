package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Headers;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.Settings;
import java.util.List;
import java.util.Map;

/**
 * Sets and removes headers. Configuration: {@code {"request": {"set": {"x-a": "1"}, "remove":
 * ["x-b"]}, "response": {...}}}.
 */
@Plugin(name = "header-rewrite", description = "sets and removes headers")
public final class HeaderRewrite implements HttpPlugin {
  private Rules request = new Rules(Map.of(), List.of());
  private Rules response = new Rules(Map.of(), List.of());

  /** What happens to one direction's headers. */
  private record Rules(Map<String, String> set, List<String> remove) {
    static Rules read(Settings settings) {
      var rules = new Rules(settings.map("set"), settings.texts("remove"));
      settings.done();
      return rules;
    }

    void apply(Headers headers) {
      remove.forEach(headers::remove);
      set.forEach(headers::set);
    }
  }

  @Override
  public void start(PluginContext context) {
    Settings settings = Settings.of(context);
    request = Rules.read(settings.object("request"));
    response = Rules.read(settings.object("response"));
    settings.done();
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
