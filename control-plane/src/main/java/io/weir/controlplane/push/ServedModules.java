package io.weir.controlplane.push;

import io.weir.controlplane.config.ConfigKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Modules that the control plane hands out itself.
 *
 * @param address where proxies reach its HTTP port
 */
public record ServedModules(Map<ConfigKey, ServedModule> byPlugin, String address, int port) {

  /** Proxies, or their agents, fetch for themselves. */
  public static final ServedModules NONE = new ServedModules(Map.of(), "", 0);

  public ServedModules {
    byPlugin = Map.copyOf(byPlugin);
  }

  public @Nullable ServedModule of(ConfigKey plugin) {
    return byPlugin.get(plugin);
  }
}
