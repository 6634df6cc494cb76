package io.weir.controlplane.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Traffic that a plugin sees: a direction and ports. */
public record PluginMatch(Mode mode, List<PortNumber> ports) {

  /** The proxy's part in a connection. */
  public enum Mode {
    UNDEFINED,
    CLIENT,
    SERVER,
    CLIENT_AND_SERVER
  }

  /** A port by number. */
  public record PortNumber(int number) {}

  /**
   * Whether a chain is meant.
   *
   * @param inbound whether the proxy is the server of the chain's traffic
   * @param port the service's port outbound, the container's inbound; 0 when the chain has none
   */
  public static boolean any(@Nullable List<PluginMatch> selectors, boolean inbound, int port) {
    if (selectors == null || selectors.isEmpty()) {
      return true;
    }
    for (PluginMatch selector : selectors) {
      if (selector.direction(inbound) && selector.port(port)) {
        return true;
      }
    }
    return false;
  }

  private boolean direction(boolean inbound) {
    return switch (mode) {
      case UNDEFINED, CLIENT_AND_SERVER -> true;
      case CLIENT -> !inbound;
      case SERVER -> inbound;
    };
  }

  private boolean port(int port) {
    return ports.isEmpty() || ports.stream().anyMatch(p -> p.number() == port);
  }
}
