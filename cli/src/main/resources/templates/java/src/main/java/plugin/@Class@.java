package plugin;

import io.weir.plugin.Action;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;

@Plugin(name = "@name@")
public final class @Class@ implements HttpPlugin {

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    exchange.requestHeaders().set("x-@name@", "hello");
    return Action.CONTINUE;
  }

  @Override
  public Action onResponseHeaders(HttpExchange exchange, boolean endOfStream) {
    exchange.responseHeaders().set("x-@name@", "hello");
    return Action.CONTINUE;
  }
}
