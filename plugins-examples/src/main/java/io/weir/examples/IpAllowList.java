package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Cidr;
import io.weir.plugin.ConfigurationException;
import io.weir.plugin.Doc;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import java.util.ArrayList;
import java.util.List;

/** Lets only some networks in. Configuration: {@code {"allow": ["10.0.0.0/8", "::1"]}}. */
@Plugin(name = "ip-allow-list", description = "lets only some networks in")
public final class IpAllowList implements HttpPlugin {
  /** What can be configured. */
  public record Config(@Doc("Networks, as 10.0.0.0/8") List<String> allow) {}

  private final List<Cidr> allowed = new ArrayList<>();

  public IpAllowList(Config config) {
    for (String range : config.allow()) {
      try {
        allowed.add(Cidr.parse(range));
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException("/allow/" + allowed.size() + " " + e.getMessage());
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
