package io.weir.proxy.listener;

import io.weir.proxy.network.DownstreamConnectionInfo;

/** Chooses a filter chain for a connection. Immutable once loaded. */
interface ChainFinder {
  /** No chain fits: the default chain is asked. */
  int NONE = -1;

  /** A chain was named that does not exist: the connection is closed. */
  int UNKNOWN = -2;

  /** The index of the chain, or {@link #NONE} or {@link #UNKNOWN}. */
  int find(DownstreamConnectionInfo info);
}
