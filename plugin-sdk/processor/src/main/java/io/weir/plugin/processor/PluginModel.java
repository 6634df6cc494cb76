package io.weir.plugin.processor;

import io.weir.plugin.Plugin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plugin class.
 *
 * @param java its name as source
 * @param binary its name in the JVM
 * @param http whether it is an HTTP plugin; else a network plugin
 * @param config null when it takes no record
 * @param arguments of its constructor, {@code config} and {@code context}
 */
record PluginModel(
    Plugin annotation,
    String packageName,
    String java,
    String binary,
    boolean http,
    @Nullable ConfigRecord config,
    List<String> arguments) {
  String contract() {
    return http ? "HttpPlugin" : "NetworkPlugin";
  }

  /** The generated class's simple name. */
  String factory() {
    String inPackage = packageName.isEmpty() ? java : java.substring(packageName.length() + 1);
    return inPackage.replace('.', '_') + "_Factory";
  }

  String factoryBinary() {
    return packageName.isEmpty() ? factory() : packageName + "." + factory();
  }
}
