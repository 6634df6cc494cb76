package io.weir.plugin;

/** What a plugin learns when it starts. */
public interface PluginContext {

  /**
   * The configuration as text: JSON when it was given as an object, else as written. Never null.
   */
  String configuration();

  Log log();

  /** A counter under that name, with the proxy's prefix for plugins. */
  Metric counter(String name);

  Metric gauge(String name);

  Metric histogram(String name);

  /** What the instances of this plugin on all workers share. */
  SharedData shared();

  /** Calls {@link HttpPlugin#onTick} about that often on this worker; 0 stops it. */
  void tickEvery(int millis);
}
