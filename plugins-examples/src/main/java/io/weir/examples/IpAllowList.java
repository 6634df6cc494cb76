package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Cidr;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.Settings;
import java.util.ArrayList;
import java.util.List;

/** Lets only some networks in. Configuration: {@code {"allow": ["10.0.0.0/8", "::1"]}}. */
@Plugin(name = "ip-allow-list", description = "lets only some networks in")
public final class IpAllowList implements HttpPlugin {
  private final List<Cidr> allowed = new ArrayList<>();

  @Override
  public void start(PluginContext context) {
    Settings settings = Settings.of(context);
    List<String> ranges = settings.texts("allow");
    settings.done();
    for (int i = 0; i < ranges.size(); i++) {
      try {
        allowed.add(Cidr.parse(ranges.get(i)));
      } catch (IllegalArgumentException e) {
        throw settings.refused("allow/" + i, String.valueOf(e.getMessage()));
      }
    }
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    String source = exchange.attribute("source", "address");
    for (Cidr range : allowed) {
      if (source != null && range.contains(source)) {
        return Action.CONTINUE;
      }
    }
    return exchange.reply(403, "this address is not allowed");
  }
}
