package io.weir.examples;

import io.weir.plugin.Default;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Metric;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.Range;

/**
 * Writes a line to the proxy's log for each response of at least a status. Configuration: {@code
 * {"from_status": 400}}.
 */
@Plugin(name = "access-logger", description = "logs responses of at least a status")
public final class AccessLogger implements HttpPlugin {
  /** What can be configured. */
  public record Config(@Range(min = 0, max = 599) @Default("400") int fromStatus) {}

  private final int fromStatus;
  private final Metric logged;

  public AccessLogger(Config config, PluginContext context) {
    fromStatus = config.fromStatus();
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
    logged.add(1);
  }
}
