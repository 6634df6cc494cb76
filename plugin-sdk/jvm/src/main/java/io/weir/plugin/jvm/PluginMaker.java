package io.weir.plugin.jvm;

/**
 * Makes plugin instances.
 *
 * @param <T> the contract
 */
interface PluginMaker<T> {
  T make() throws ReflectiveOperationException;
}
