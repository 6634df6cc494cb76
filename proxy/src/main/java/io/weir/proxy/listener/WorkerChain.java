package io.weir.proxy.listener;

import io.netty.channel.Channel;
import io.weir.filter.network.NetworkFilterCallbacks.CloseType;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.proxy.network.Connection;
import io.weir.proxy.network.ConnectionOwner;
import io.weir.proxy.network.ConnectionStreamInfo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A filter chain opened on one worker, and its connections. */
final class WorkerChain implements AutoCloseable, ConnectionOwner {
  private final FilterChainConfig config;
  private final WorkerListener listener;
  private final NetworkFilterWorker[] filters;
  private final Set<Connection> connections = new LinkedHashSet<>();
  private @Nullable DrainClock drain;

  WorkerChain(FilterChainConfig config, WorkerListener listener) {
    this.config = config;
    this.listener = listener;
    this.filters = new NetworkFilterWorker[config.filters().size()];
    for (int i = 0; i < filters.length; i++) {
      filters[i] = config.filters().get(i).config().openWorker(listener.worker());
    }
  }

  FilterChainConfig config() {
    return config;
  }

  boolean isEmpty() {
    return filters.length == 0;
  }

  /** Makes the connection of a socket that the listener accepted. */
  Connection open(Channel channel, ConnectionStreamInfo streamInfo) {
    long limit = listener.config().bufferLimit();
    var connection = new Connection(channel, listener.worker(), streamInfo, limit, filters, this);
    connections.add(connection);
    listener.onConnectionOpened();
    return connection;
  }

  @Override
  public void onConnectionEnded(Connection connection) {
    connections.remove(connection);
    listener.onConnectionEnded(connection.streamInfo());
  }

  @Override
  public boolean drainClose() {
    return listener.healthCheckFailed() || (drain != null && drain.drainClose(listener.worker()));
  }

  /** Begins to end connections at good moments, over that time. */
  void startDrain(long totalMillis) {
    if (drain == null) {
      drain = new DrainClock(listener.worker().nanoTime(), totalMillis * 1_000_000);
    }
  }

  /** Ends the connections that are left of a drain. */
  void endDrain() {
    if (drain != null) {
      closeConnections("filter_chain_is_being_removed");
    }
  }

  void closeConnections(String details) {
    for (Connection connection : List.copyOf(connections)) {
      connection.close(CloseType.NO_FLUSH, details);
    }
  }

  @Override
  public void close() {
    for (NetworkFilterWorker filter : filters) {
      filter.close();
    }
  }
}
