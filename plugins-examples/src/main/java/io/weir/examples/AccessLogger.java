package io.weir.examples;

import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Metric;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line to the proxy's log for each response of at least a status. Configuration: {@code
 * {"from_status": 400}}.
 */
@Plugin(name = "access-logger", description = "logs responses of at least a status")
public final class AccessLogger implements HttpPlugin {
  private long fromStatus;
  private @Nullable Metric logged;

  @Override
  public void start(PluginContext context) {
    Settings settings = Settings.of(context);
    fromStatus = settings.number("from_status", 400);
    settings.done();
    logged = context.counter("access_logger.logged");
  }

  @Override
  public void onEnd(HttpExchange exchange) {
    String status = exchange.responseHeaders().first(":status");
    if (status == null || Integer.parseInt(status) < fromStatus) {
      return;
    }
    exchange
        .log()
        .info(
            exchange.requestHeaders().first(":method")
                + " "
                + exchange.requestHeaders().first(":path")
                + " "
                + status);
    Metric counter = logged;
    if (counter != null) {
      counter.add(1);
    }
  }
}
