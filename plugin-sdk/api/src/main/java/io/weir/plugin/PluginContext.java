package io.weir.plugin;

/** What a plugin learns when it starts. */
public interface PluginContext {

  /**
   * The configuration as text: JSON when it was given as an object, else as written. Never null.
   */
  String configuration();

  Log log();
}
