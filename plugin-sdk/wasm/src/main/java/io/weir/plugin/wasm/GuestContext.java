package io.weir.plugin.wasm;

import io.weir.plugin.Log;
import io.weir.plugin.PluginContext;

/** The configuration of a root context. */
final class GuestContext implements PluginContext {
  private final String configuration;

  GuestContext(int configurationLength) {
    configuration = Bytes.decode(GuestBody.read(Abi.PLUGIN_CONFIGURATION, configurationLength));
  }

  @Override
  public String configuration() {
    return configuration;
  }

  @Override
  public Log log() {
    return GuestLog.INSTANCE;
  }
}
