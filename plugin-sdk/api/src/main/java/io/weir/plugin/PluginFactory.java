package io.weir.plugin;

/**
 * Makes instances of a plugin, with its configuration bound. The annotation processor writes one
 * for each plugin class.
 *
 * @param <T> {@link HttpPlugin} or {@link NetworkPlugin}
 */
public interface PluginFactory<T> {
  /**
   * A started instance.
   *
   * @throws ConfigurationException when the configuration does not fit
   */
  T make(PluginContext context);
}
