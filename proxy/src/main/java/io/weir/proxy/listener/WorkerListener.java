package io.weir.proxy.listener;

import com.google.protobuf.ByteString;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.log.AccessLogger;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.proxy.network.ConnectionStreamInfo;
import io.weir.proxy.network.DownstreamConnectionInfo;
import io.weir.proxy.overload.LoadShedPoint;
import io.weir.proxy.overload.OpenConnections;
import io.weir.proxy.overload.OverloadAction;
import io.weir.proxy.overload.OverloadTimer;
import io.weir.proxy.overload.WorkerOverload;
import io.weir.proxy.worker.EventLoopWorker;
import io.weir.proxy.worker.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One version of a listener on one worker: its filter chains, opened. Lives until it was replaced
 * and its last connection has ended.
 */
final class WorkerListener implements AutoCloseable {
  private final ListenerConfig config;
  private final EventLoopWorker worker;
  private final HandOffTable handOffs;
  private final Lease<WorkerListener> lease;
  private final ListenerStats stats;
  private final WorkerOverload overload;
  private final List<WorkerChain> chains = new ArrayList<>();
  private final @Nullable WorkerChain defaultChain;
  private final List<AccessLogger> accessLogs = new ArrayList<>();
  private boolean healthCheckFailed;

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
    this.overload =
        config.load().bypass() ? WorkerOverload.none(worker) : worker.local(WorkerOverload.KEY);
    this.stats = new ListenerStats(worker.stats(), config.statPrefix(), "worker_" + worker.index());
    worker.stats().counter(config.statPrefix(), "extension_config_missing");
    worker.stats().counter(config.statPrefix(), "network_extension_config_missing");
    for (FilterChainConfig chain : config.chains()) {
      chains.add(new WorkerChain(chain, this));
    }
    FilterChainConfig other = config.defaultChain();
    this.defaultChain = other == null ? null : new WorkerChain(other, this);
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

  /** Makes the listener the one of its addresses on this worker. */
  void activate() {
    handOffs.put(this);
  }

  /** Takes an accepted socket, not registered yet. */
  void accept(Channel channel) {
    if (!admit(channel)) {
      channel.unsafe().closeForcibly();
      return;
    }
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    if (channel instanceof SocketChannel) {
      channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    }
    lease.acquire();
    channel.pipeline().addLast(new AcceptedSocket(this, channel));
    worker.loop().register(channel);
  }

  /** Whether there is room for one connection more; counts it then until it is closed. */
  private boolean admit(Channel channel) {
    OpenConnections all = config.load().countsGlobally() ? overload.connections() : null;
    if (all != null && !all.tryOpen()) {
      stats.globalCxOverflow.inc();
      return false;
    }
    if (overload.sheds(LoadShedPoint.TCP_LISTENER_ACCEPT)
        || overload.concerns(OverloadAction.REJECT_INCOMING_CONNECTIONS)) {
      stats.cxOverloadReject.inc();
      close(all);
      return false;
    }
    OpenConnections own = config.load().open();
    if (!own.tryOpen()) {
      stats.cxOverflow.inc();
      close(all);
      return false;
    }
    channel
        .closeFuture()
        .addListener(
            _ -> {
              own.close();
              close(all);
            });
    return true;
  }

  private static void close(@Nullable OpenConnections counted) {
    if (counted != null) {
      counted.close();
    }
  }

  /** How long TLS may take. */
  long handshakeMillis(long configured) {
    return overload.shortened(OverloadTimer.TRANSPORT_SOCKET_CONNECT, configured);
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
    if (index == ChainFinder.UNKNOWN) {
      return null;
    }
    return index == ChainFinder.NONE ? defaultChain : chains.get(index);
  }

  /** Counts a socket that came from another listener. */
  void retain() {
    lease.acquire();
  }

  /** A socket counted by {@link #accept} or {@link #retain} ended or moved on. */
  void release() {
    lease.release();
  }

  void onConnectionOpened() {
    stats.cxTotal.inc();
    stats.cxActive.inc();
    stats.workerCxTotal.inc();
    stats.workerCxActive.inc();
  }

  void onConnectionEnded(ConnectionStreamInfo info) {
    stats.cxDestroy.inc();
    stats.cxActive.dec();
    stats.workerCxActive.dec();
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

  boolean healthCheckFailed() {
    return healthCheckFailed;
  }

  void setHealthCheckFailed(boolean failed) {
    healthCheckFailed = failed && config.drainOnHealthCheckFailure();
  }

  /**
   * Begins to end connections at good moments, over that time.
   *
   * @param survivors identities of chains whose connections stay
   */
  void startDrain(long totalMillis, Set<ByteString> survivors) {
    for (WorkerChain chain : allChains()) {
      if (!survivors.contains(chain.config().identity())) {
        chain.startDrain(totalMillis);
      }
    }
  }

  /** Ends the connections that are left of a drain. */
  void endDrain() {
    allChains().forEach(WorkerChain::endDrain);
  }

  void closeConnections(String details) {
    allChains().forEach(chain -> chain.closeConnections(details));
  }

  /** No new connection will come; closes when the last one ends. */
  void retire() {
    handOffs.remove(this);
    lease.retire();
  }

  private List<WorkerChain> allChains() {
    if (defaultChain == null) {
      return chains;
    }
    var all = new ArrayList<>(chains);
    all.add(defaultChain);
    return all;
  }

  @Override
  public void close() {
    allChains().forEach(WorkerChain::close);
    accessLogs.forEach(AccessLogger::close);
  }
}
