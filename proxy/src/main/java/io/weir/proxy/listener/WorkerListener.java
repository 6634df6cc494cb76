package io.weir.proxy.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.log.AccessLogger;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.filter.network.NetworkFilterCallbacks.CloseType;
import io.weir.proxy.network.Connection;
import io.weir.proxy.network.ConnectionOwner;
import io.weir.proxy.network.ConnectionStreamInfo;
import io.weir.proxy.network.DownstreamConnectionInfo;
import io.weir.proxy.worker.EventLoopWorker;
import io.weir.proxy.worker.Lease;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One version of a listener on one worker: its filter chains, opened, and its connections. Lives
 * until it was replaced and its last connection has ended.
 */
final class WorkerListener implements AutoCloseable, ConnectionOwner {
  private final ListenerConfig config;
  private final EventLoopWorker worker;
  private final HandOffTable handOffs;
  private final Lease<WorkerListener> lease;
  private final ListenerStats stats;
  private final List<WorkerChain> chains = new ArrayList<>();
  private final @Nullable WorkerChain defaultChain;
  private final List<AccessLogger> accessLogs = new ArrayList<>();
  private final Set<Connection> connections = new LinkedHashSet<>();
  private @Nullable DrainClock drain;

  /**
   * @param handOffs the listeners of this worker by address
   * @param closed called when nothing uses this version on this worker any more
   */
  WorkerListener(
      ListenerConfig config, EventLoopWorker worker, HandOffTable handOffs, Runnable closed) {
    this.config = config;
    this.worker = worker;
    this.handOffs = handOffs;
    this.lease = new Lease<>(this, closed);
    this.stats = new ListenerStats(worker.stats(), config.statPrefix(), worker.index());
    for (FilterChainConfig chain : config.chains()) {
      chains.add(new WorkerChain(chain, worker));
    }
    FilterChainConfig other = config.defaultChain();
    this.defaultChain = other == null ? null : new WorkerChain(other, worker);
    for (AccessLogConfig log : config.accessLogs()) {
      accessLogs.add(log.openWorker(worker));
    }
  }

  ListenerConfig config() {
    return config;
  }

  EventLoopWorker worker() {
    return worker;
  }

  ListenerStats stats() {
    return stats;
  }

  /** Takes an accepted socket, not registered yet. */
  void accept(Channel channel) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    if (channel instanceof SocketChannel) {
      channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    }
    lease.acquire();
    channel.pipeline().addLast(new AcceptedSocket(this, channel));
    worker.loop().register(channel);
  }

  /**
   * The listener that a connection belongs to once its original destination is known; this one
   * unless it hands off.
   */
  WorkerListener handOff(DownstreamConnectionInfo info) {
    if (!config.handOffByOriginalDestination() || !info.localAddressRestored()) {
      return this;
    }
    WorkerListener other = handOffs.find(info.localAddress());
    return other == null ? this : other;
  }

  /** The chain for a connection, or null. */
  @Nullable WorkerChain findChain(DownstreamConnectionInfo info) {
    int index = config.matcher().find(info);
    return index == FilterChainMatcher.NONE ? defaultChain : chains.get(index);
  }

  /** Counts a socket that listener filters still look at. */
  void retain() {
    lease.acquire();
  }

  /** The opposite of {@link #accept} and {@link #retain}: the socket ended or moved on. */
  void release() {
    lease.release();
  }

  /** Makes the connection of an accepted socket; this listener's lease passes to it. */
  Connection open(Channel channel, ConnectionStreamInfo streamInfo, WorkerChain chain) {
    var connection =
        new Connection(channel, worker, streamInfo, config.bufferLimit(), chain.filters, this);
    connections.add(connection);
    stats.cxTotal.inc();
    stats.cxActive.inc();
    stats.workerCxTotal.inc();
    stats.workerCxActive.inc();
    return connection;
  }

  @Override
  public void onConnectionEnded(Connection connection) {
    connections.remove(connection);
    stats.cxDestroy.inc();
    stats.cxActive.dec();
    stats.workerCxActive.dec();
    ConnectionStreamInfo info = connection.streamInfo();
    stats.cxLength.record((info.endNanos() - info.startNanos()) / 1_000_000);
    log(info);
    release();
  }

  /** Writes the listener's own access log. */
  void log(ConnectionStreamInfo info) {
    for (AccessLogger log : accessLogs) {
      log.log(new HeaderMap(), new HeaderMap(), new HeaderMap(), info, AccessLogType.NotSet);
    }
  }

  @Override
  public boolean drainClose() {
    return drain != null && drain.drainClose(worker);
  }

  /** Begins to end connections at good moments, over that time. */
  void startDrain(long totalMillis) {
    if (drain == null) {
      drain = new DrainClock(worker.nanoTime(), totalMillis * 1_000_000);
    }
  }

  /** No new connection will come; closes when the last one ends. */
  void retire() {
    lease.retire();
  }

  /** Ends every connection now. */
  void closeConnections(String details) {
    for (Connection connection : List.copyOf(connections)) {
      connection.close(CloseType.NO_FLUSH, details);
    }
  }

  @Override
  public void close() {
    chains.forEach(WorkerChain::close);
    if (defaultChain != null) {
      defaultChain.close();
    }
    accessLogs.forEach(AccessLogger::close);
  }
}
