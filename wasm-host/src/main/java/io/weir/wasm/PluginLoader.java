package io.weir.wasm;

import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.weir.filter.FactoryContext;
import io.weir.wasm.vm.UnsupportedModuleException;
import org.jspecify.annotations.Nullable;

/** From a {@code PluginConfig}, the field {@code config} of every wasm message, to a plugin. */
final class PluginLoader {
  private PluginLoader() {}

  /** The plugin, or null when problems were reported. Local code is scanned here. */
  static @Nullable WasmPlugin load(
      WasmHost host, PluginConfig config, FactoryContext context, Place place) {
    return load(host, config, context, place, false);
  }

  /**
   * @param singleton whether it runs on the first worker only
   */
  static @Nullable WasmPlugin load(
      WasmHost host, PluginConfig config, FactoryContext context, Place place, boolean singleton) {
    var problems = context.problems().at("config");
    PluginSettings settings =
        new PluginConfigReader(context, problems, System::getenv).read(config);
    if (settings == null) {
      return null;
    }
    byte[] code = settings.code();
    if (code != null) {
      try {
        WasmPlugin.check(code);
      } catch (UnsupportedModuleException e) {
        problems.add("vm_config.code", "plugin \"" + settings.name() + "\": " + e.getMessage(), "");
        return null;
      }
    }
    return new WasmPlugin(host, settings, context, place, singleton);
  }
}
