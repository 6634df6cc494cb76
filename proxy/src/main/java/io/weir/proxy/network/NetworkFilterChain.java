package io.weir.proxy.network;

import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.proxy.buffer.NettyBuffer;

/**
 * The filters of one connection. Bytes from the peer pass them in order, bytes to the peer in
 * reverse. A filter's {@code onNewConnection} is called when all filters before it have continued,
 * at the latest just before its first data. Owned by the connection.
 */
final class NetworkFilterChain {
  private final Connection connection;
  private final FilterEntry[] entries;

  NetworkFilterChain(Connection connection, NetworkFilterWorker[] filters) {
    this.connection = connection;
    this.entries = new FilterEntry[filters.length];
    for (int i = 0; i < filters.length; i++) {
      var entry = new FilterEntry(connection, this, i);
      entry.filter = filters[i].newFilter(entry);
      entries[i] = entry;
    }
  }

  /** Passes what is in the buffer to the filters from {@code index} on. */
  void read(int index, NettyBuffer data, boolean endStream) {
    for (int i = index; i < entries.length; i++) {
      FilterEntry entry = entries[i];
      if (!entry.started) {
        entry.started = true;
        if (entry.filter().onNewConnection() == FilterStatus.STOP_ITERATION
            || !connection.isOpen()) {
          return;
        }
      }
      if (data.length() > 0 || endStream) {
        FilterStatus status = entry.filter().onData(data, endStream);
        if (status == FilterStatus.STOP_ITERATION || !connection.isOpen()) {
          return;
        }
      }
    }
  }

  /** Passes bytes to the filters in front of {@code index}, then to the peer. */
  void write(int index, NettyBuffer data, boolean endStream) {
    for (int i = index - 1; i >= 0; i--) {
      FilterStatus status = entries[i].filter().onWrite(data, endStream);
      if (status == FilterStatus.STOP_ITERATION) {
        return;
      }
    }
    connection.writeToPeer(data, endStream);
  }

  int length() {
    return entries.length;
  }

  void onClose(boolean byPeer) {
    for (FilterEntry entry : entries) {
      entry.filter().onClose(byPeer);
    }
  }

  void onAboveWriteBufferHighWatermark() {
    for (FilterEntry entry : entries) {
      entry.filter().onAboveWriteBufferHighWatermark();
    }
  }

  void onBelowWriteBufferLowWatermark() {
    for (FilterEntry entry : entries) {
      entry.filter().onBelowWriteBufferLowWatermark();
    }
  }

  void destroy() {
    for (FilterEntry entry : entries) {
      entry.filter().onDestroy();
    }
  }

  NetworkFilter filter(int index) {
    return entries[index].filter();
  }
}
