package io.weir.proxy.config;

import io.weir.xds.ResourceType;

/** Where resources come from: an xDS stream or files. */
interface ResourceSource extends AutoCloseable {

  /** The name that stands for all resources of a type. */
  String ALL = "*";

  /**
   * Starts watching. A resource that is known already is delivered at once, later.
   *
   * @param name a resource's name or {@link #ALL}
   * @param timeoutMillis after which {@link SourceWatcher#onInitialFetchTimeout} is called; 0 for
   *     never
   */
  void watch(ResourceType type, String name, SourceWatcher watcher, long timeoutMillis);

  void unwatch(ResourceType type, String name, SourceWatcher watcher);

  @Override
  void close();
}
