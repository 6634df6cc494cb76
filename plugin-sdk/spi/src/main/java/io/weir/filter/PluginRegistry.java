package io.weir.filter;

/**
 * Where runtimes of plugins (wasm, Lua, jars) register what they run, so that the administration
 * interface can show it under {@code /plugins}. Thread-safe.
 */
@FunctionalInterface
public interface PluginRegistry {
  /** Shows nothing. */
  PluginRegistry NONE = _ -> () -> {};

  /** Shows a plugin until the handle is closed. */
  Registration register(RunningPlugin plugin);

  /** Ends showing a plugin. */
  @FunctionalInterface
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
