package io.weir.filter.network;

/** One configuration of a network filter on one worker. */
public interface NetworkFilterWorker extends AutoCloseable {

  /** A filter for one connection. */
  NetworkFilter newFilter(NetworkFilterCallbacks callbacks);

  @Override
  default void close() {}
}
