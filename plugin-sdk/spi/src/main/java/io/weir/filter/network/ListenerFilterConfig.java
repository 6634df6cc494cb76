package io.weir.filter.network;

/** One loaded configuration of a listener filter; shared by all workers. */
public interface ListenerFilterConfig extends AutoCloseable {
  ListenerFilter newFilter();

  @Override
  default void close() {}
}
