package io.weir.plugin.jvm;

import io.weir.plugin.PluginContext;

/**
 * Makes started plugin instances.
 *
 * @param <T> the contract
 */
interface PluginMaker<T> {
  /**
   * @throws io.weir.plugin.ConfigurationException when the configuration does not fit
   */
  T make(PluginContext context) throws ReflectiveOperationException;
}
