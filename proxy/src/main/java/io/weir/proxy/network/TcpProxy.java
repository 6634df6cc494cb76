package io.weir.proxy.network;

import io.netty.channel.Channel;
import io.weir.filter.ConnectionInfo;
import io.weir.filter.FilterState;
import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.Metadata;
import io.weir.filter.ResponseFlag;
import io.weir.filter.StreamInfo;
import io.weir.filter.Timer;
import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterCallbacks.CloseType;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.ProxyHeader;
import io.weir.proxy.cluster.ReceivedTlvs;
import io.weir.proxy.cluster.WorkerCluster;
import io.weir.proxy.cluster.WorkerCluster.ConnectFailure;
import io.weir.proxy.cluster.WorkerCluster.TcpConnect;
import io.weir.proxy.cluster.WorkerCluster.TcpConnectCallbacks;
import io.weir.proxy.overload.LoadShedPoint;
import io.weir.proxy.pool.StreamingCluster;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The filter {@code envoy.filters.network.tcp_proxy}: carries one connection's bytes to a host of a
 * cluster. The peer is not read until the host is connected.
 */
final class TcpProxy
    implements NetworkFilter,
        TcpConnectCallbacks,
        TunnelUpstream.Opening,
        TcpUpstream.Listener,
        LoadBalancerContext {
  /** The name of the filter state object that names the cluster. */
  private static final String CLUSTER_STATE = "envoy.tcp_proxy.cluster";

  /** The name of the filter state object that sets the idle timeout. */
  private static final String IDLE_STATE = "envoy.tcp_proxy.per_connection_idle_timeout_ms";

  /** The name of the filter state object that makes a connection do without the tunnel. */
  private static final String NO_TUNNEL_STATE = "envoy.tcp_proxy.disable_tunneling";

  private final TcpProxyWorker proxy;
  private final NetworkFilterCallbacks callbacks;
  private final StreamInfo info;
  private final NettyBuffer empty;
  private @Nullable TcpRoute route;
  private @Nullable WorkerCluster cluster;
  private @Nullable TcpConnect connecting;
  private @Nullable TcpUpstream upstream;
  private @Nullable Timer idleTimer;
  private @Nullable Timer durationTimer;
  private @Nullable Timer logTimer;
  private @Nullable Timer retryTimer;
  private long idleMillis;
  private int attempts;
  private boolean closed;
  private boolean readDisabled;
  private boolean flushing;
  private @Nullable NettyBuffer early;
  private boolean earlyEnd;
  private boolean waitsForData;

  TcpProxy(TcpProxyWorker proxy, NetworkFilterCallbacks callbacks) {
    this.proxy = proxy;
    this.callbacks = callbacks;
    this.info = callbacks.streamInfo();
    this.empty = new NettyBuffer(proxy.worker().allocator());
  }

  // Downstream.

  @Override
  public FilterStatus onNewConnection() {
    proxy.stats().cxTotal.inc();
    if (info instanceof ConnectionStreamInfo own) {
      own.setCarried();
    }
    callbacks.enableHalfClose(true);
    TcpProxyConfig.EarlyData earlyData = proxy.config().earlyData();
    if (earlyData.maxBytes() == 0) {
      pauseReading();
    }
    startTimers();
    noteTlvs();
    if (proxy.config().logOnStart()) {
      proxy.log(info, AccessLogType.TcpConnectionStart);
    }
    String name = chooseCluster();
    if (name == null) {
      proxy.stats().cxNoRoute.inc();
      fail(ResponseFlag.NO_ROUTE_FOUND);
      return FilterStatus.STOP_ITERATION;
    }
    cluster = proxy.clusters().find(name);
    if (cluster == null) {
      proxy.stats().cxNoRoute.inc();
      fail(ResponseFlag.NO_CLUSTER_FOUND);
      return FilterStatus.STOP_ITERATION;
    }
    info.setUpstreamCluster(name, cluster.metadata());
    waitsForData = earlyData.waits();
    if (!waitsForData) {
      connect(cluster);
    }
    return FilterStatus.STOP_ITERATION;
  }

  private void pauseReading() {
    readDisabled = true;
    callbacks.readDisable(true);
  }

  /** What the PROXY protocol's header upstream may tell, unless the downstream brought its own. */
  private void noteTlvs() {
    List<TcpProxyConfig.TlvSource> sources = proxy.config().tlvs();
    FilterState state = callbacks.connection().filterState();
    if (!sources.isEmpty() && state.get(ReceivedTlvs.STATE) == null) {
      var tlvs = new ArrayList<ProxyHeader.Tlv>();
      sources.forEach(source -> tlvs.add(source.tlv(info)));
      state.set(ReceivedTlvs.STATE, new ReceivedTlvs(tlvs), false, LifeSpan.CONNECTION, true);
    }
  }

  private void startTimers() {
    long lifetime = proxy.config().maxDurationMillis();
    if (lifetime > 0) {
      durationTimer = callbacks.worker().newTimer(this::onMaxDuration);
      durationTimer.arm(lifetime);
    }
    long interval = proxy.config().logIntervalMillis();
    if (interval > 0) {
      logTimer = callbacks.worker().newTimer(this::logPeriodically);
      logTimer.arm(interval);
    }
  }

  private @Nullable String chooseCluster() {
    String named = stateText(CLUSTER_STATE);
    if (named != null) {
      return named;
    }
    route = proxy.config().choose(callbacks.worker().random().nextLong());
    return route == null ? null : route.cluster();
  }

  private @Nullable String stateText(String key) {
    return TcpHashPolicy.text(callbacks.connection().filterState().get(key));
  }

  private void connect(WorkerCluster to) {
    if (proxy.overload().sheds(LoadShedPoint.TCP_PROXY_UPSTREAM_CONNECT)) {
      overloaded();
      return;
    }
    Tunnelling tunnel = proxy.config().tunnel();
    if (tunnel != null && "true".equals(stateText(NO_TUNNEL_STATE))) {
      tunnel = null;
    }
    attempts++;
    info.setAttemptCount(attempts);
    TcpConnect attempt = tunnel == null ? to.connect(this, this) : openTunnel(tunnel, to);
    // The outcome may have come already.
    if (upstream == null && !closed && connecting == null) {
      connecting = attempt;
    }
  }

  private TcpConnect openTunnel(Tunnelling settings, WorkerCluster to) {
    var attempt = new TunnelUpstream(settings, info, this, this);
    if (to instanceof StreamingCluster cluster) {
      attempt.open(cluster, this);
    }
    return attempt;
  }

  @Override
  public FilterStatus onData(Buffer data, boolean endStream) {
    if (proxy.overload().sheds(LoadShedPoint.TCP_PROXY_ON_DATA)) {
      data.clear();
      overloaded();
      return FilterStatus.STOP_ITERATION;
    }
    proxy.stats().rxBytes.add(data.length());
    TcpUpstream to = upstream;
    if (to != null) {
      to.write(data, endStream);
    } else if (closed) {
      data.clear();
    } else {
      keep(data, endStream);
    }
    restartIdleTimer();
    return FilterStatus.STOP_ITERATION;
  }

  /** Bytes that came before the upstream is connected. */
  private void keep(Buffer data, boolean endStream) {
    NettyBuffer kept = early;
    if (kept == null) {
      kept = new NettyBuffer(proxy.worker().allocator());
      early = kept;
    }
    data.moveTo(kept);
    earlyEnd |= endStream;
    if (kept.length() >= proxy.config().earlyData().maxBytes() && !readDisabled) {
      pauseReading();
    }
    WorkerCluster to = cluster;
    if (waitsForData && to != null) {
      waitsForData = false;
      connect(to);
    }
  }

  private void overloaded() {
    proxy.stats().cxOverloadClose.inc();
    info.setResponseFlag(ResponseFlag.OVERLOAD_MANAGER);
    callbacks.close(CloseType.NO_FLUSH, "");
  }

  @Override
  public void onAboveWriteBufferHighWatermark() {
    if (upstream != null) {
      upstream.readDisable(true);
    }
  }

  @Override
  public void onBelowWriteBufferLowWatermark() {
    if (upstream != null) {
      upstream.readDisable(false);
    }
  }

  @Override
  public void onClose(boolean byPeer) {
    closed = true;
    cancel(idleTimer);
    cancel(durationTimer);
    cancel(logTimer);
    cancel(retryTimer);
    if (connecting != null) {
      connecting.cancel();
      connecting = null;
    }
    TcpUpstream to = upstream;
    if (to != null) {
      if (byPeer && to.hasPendingWrites()) {
        proxy.stats().upstreamFlushTotal.inc();
        proxy.stats().upstreamFlushActive.inc();
        flushing = true;
      }
      to.close(byPeer);
    }
  }

  @Override
  public void onDestroy() {
    empty.release();
    if (early != null) {
      early.release();
    }
    noteBytes();
    proxy.log(info, AccessLogType.TcpConnectionEnd);
  }

  private void noteBytes() {
    if (upstream != null) {
      upstream.noteBytes(info);
    }
  }

  private static void cancel(@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  // Connecting.

  @Override
  public void onConnected(Channel channel, StreamInfo.UpstreamInfo host) {
    connecting = null;
    if (closed) {
      channel.close();
      return;
    }
    info.setUpstream(host);
    onConnected(new ChannelUpstream(channel, proxy.worker(), this));
  }

  private void onConnected(TcpUpstream connected) {
    upstream = connected;
    if (proxy.config().logOnConnected()) {
      proxy.log(info, AccessLogType.TcpUpstreamConnected);
    }
    startIdleTimer();
    connected.start();
    NettyBuffer kept = early;
    early = null;
    if (kept != null) {
      connected.write(kept, earlyEnd);
    }
    resumeReading();
  }

  @Override
  public void onTunnel(TunnelUpstream tunnel) {
    connecting = null;
    onConnected(tunnel);
  }

  @Override
  public void onNoTunnel(ConnectFailure failure, StreamInfo.@Nullable UpstreamInfo host) {
    onFailure(failure, "", host);
  }

  private void resumeReading() {
    if (readDisabled && !closed) {
      readDisabled = false;
      callbacks.readDisable(false);
    }
  }

  @Override
  public void onFailure(
      ConnectFailure failure, String transportFailure, StreamInfo.@Nullable UpstreamInfo host) {
    connecting = null;
    if (host != null) {
      info.setUpstream(host);
    }
    if (closed) {
      return;
    }
    switch (failure) {
      case NO_HEALTHY_HOST -> failUntried(ResponseFlag.NO_HEALTHY_UPSTREAM);
      case OVERFLOW -> failUntried(ResponseFlag.UPSTREAM_OVERFLOW);
      case SHED -> fail(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
      case LOCAL_FAILURE, REMOTE_FAILURE, TIMEOUT -> retry();
    }
  }

  private void retry() {
    info.setResponseFlag(ResponseFlag.UPSTREAM_CONNECTION_FAILURE);
    WorkerCluster to = cluster;
    if (to == null || attempts >= proxy.config().maxConnectAttempts()) {
      if (to != null) {
        to.countConnectAttemptsExceeded();
      }
      fail(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
      return;
    }
    TcpProxyConfig.RetryPause pause = proxy.config().pause();
    if (pause.baseMillis() > 0) {
      retryTimer = callbacks.worker().newTimer(() -> connect(to));
      retryTimer.arm(pause.millis(attempts, callbacks.worker().random().nextDouble()));
      return;
    }
    // Later: this may run inside connect().
    callbacks.post(() -> connect(to));
  }

  /** No host was chosen: that is no attempt. */
  private void failUntried(ResponseFlag flag) {
    info.setAttemptCount(attempts - 1);
    fail(flag);
  }

  private void fail(ResponseFlag flag) {
    info.setResponseFlag(flag);
    if (flag == ResponseFlag.NO_CLUSTER_FOUND || flag == ResponseFlag.NO_ROUTE_FOUND) {
      info.setUpstreamCluster(null, Metadata.EMPTY);
    }
    callbacks.close(CloseType.NO_FLUSH, "tcp_proxy_initialization_failure:_" + flag.longName());
  }

  // Upstream.

  @Override
  public void onUpstreamData(NettyBuffer data) {
    proxy.stats().txBytes.add(data.length());
    callbacks.write(data, false);
    restartIdleTimer();
  }

  @Override
  public void onUpstreamEnd() {
    restartIdleTimer();
    callbacks.write(empty, true);
  }

  @Override
  public void onUpstreamClosed(TcpUpstream ended) {
    if (flushing) {
      flushing = false;
      proxy.stats().upstreamFlushActive.dec();
    }
    if (cluster != null && ended instanceof ChannelUpstream raw) {
      cluster.countEnd(raw.endedByPeer(), raw.bytesReceived(), raw.bytesSent());
      if (raw.reset()) {
        info.setResponseFlag(ResponseFlag.UPSTREAM_REMOTE_RESET);
      }
    }
    if (!closed) {
      callbacks.close(CloseType.FLUSH_WRITE, "");
    }
  }

  @Override
  public void onUpstreamWritable(boolean writable) {
    if (closed || writable != readDisabled) {
      return;
    }
    readDisabled = !writable;
    (writable ? proxy.stats().resumedReading : proxy.stats().pausedReading).inc();
    callbacks.readDisable(readDisabled);
  }

  // Timers.

  private static boolean decimal(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() < 18;
  }

  private void startIdleTimer() {
    idleMillis = proxy.config().idleTimeoutMillis();
    String own = stateText(IDLE_STATE);
    if (own != null && decimal(own)) {
      idleMillis = Long.parseLong(own);
    }
    if (idleMillis > 0) {
      idleTimer = callbacks.worker().newTimer(this::onIdle);
      idleTimer.arm(idleMillis);
    }
  }

  private void restartIdleTimer() {
    if (idleTimer != null && !closed) {
      idleTimer.arm(idleMillis);
    }
  }

  private void onIdle() {
    proxy.stats().idleTimeout.inc();
    callbacks.close(CloseType.NO_FLUSH, "tcp_session_idle_timeout");
  }

  private void onMaxDuration() {
    proxy.stats().maxDuration.inc();
    info.setResponseFlag(ResponseFlag.DURATION_TIMEOUT);
    callbacks.close(CloseType.NO_FLUSH, "max_connection_duration_reached");
  }

  private void logPeriodically() {
    noteBytes();
    proxy.log(info, AccessLogType.TcpPeriodic);
    if (logTimer != null) {
      logTimer.arm(proxy.config().logIntervalMillis());
    }
  }

  // What the load balancer may know.

  @Override
  public @Nullable Long hashKey() {
    TcpHashPolicy policy = proxy.config().hashPolicy();
    return policy == null ? null : policy.hash(callbacks.connection());
  }

  @Override
  public Value.@Nullable MapValue subsetCriteria() {
    return route == null ? null : route.subset();
  }

  @Override
  public ConnectionInfo downstream() {
    return callbacks.connection();
  }

  @Override
  public @Nullable SocketAddress originalDestination() {
    return callbacks.connection().localAddress();
  }
}
