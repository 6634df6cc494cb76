package io.weir.proxy.network;

/** Who opened a connection's filter chain; told on the connection's worker. */
public interface ConnectionOwner {
  /** See {@link io.weir.filter.network.NetworkFilterCallbacks#drainClose}. */
  boolean drainClose();

  /**
   * The connection is closed and its filters are destroyed; nothing uses the chain's configurations
   * on its behalf any more.
   */
  void onConnectionEnded(Connection connection);
}
