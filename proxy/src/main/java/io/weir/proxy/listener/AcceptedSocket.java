package io.weir.proxy.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.ResponseFlag;
import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterCallbacks;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.network.Connection;
import io.weir.proxy.network.ConnectionStreamInfo;
import io.weir.proxy.network.DownstreamConnectionInfo;
import io.weir.proxy.tls.DownstreamTransportSocket;
import io.weir.proxy.tls.TlsHandshake;
import io.weir.proxy.tls.TransportSockets;
import io.weir.proxy.worker.EventLoopWorker;
import java.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An accepted socket until its filter chain is known: runs the listener filters over the bytes that
 * arrive, then chooses the chain and makes way for its {@link Connection}.
 */
final class AcceptedSocket extends ChannelInboundHandlerAdapter implements ListenerFilterCallbacks {
  private final Channel channel;
  private final EventLoopWorker worker;
  private final DownstreamConnectionInfo info;
  private final ConnectionStreamInfo streamInfo;
  private final NettyBuffer peeked;
  private final List<ListenerFilterConfig> filters;
  private WorkerListener listener;
  private int next;
  private @Nullable ListenerFilter waiting;
  private @Nullable Timer timeout;
  private boolean counted;
  private boolean done;

  AcceptedSocket(WorkerListener listener, Channel channel) {
    this.listener = listener;
    this.channel = channel;
    this.worker = listener.worker();
    ListenerConfig config = listener.config();
    this.filters = config.listenerFilters();
    this.info =
        new DownstreamConnectionInfo(
            worker.nextConnectionId(),
            channel.remoteAddress(),
            channel.localAddress(),
            config.direction(),
            config.metadata());
    info.setListenerName(config.name());
    this.streamInfo = new ConnectionStreamInfo(info, worker.wallNanos(), worker.nanoTime());
    this.peeked = new NettyBuffer(worker.allocator());
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (filters.isEmpty()) {
      chooseChain();
      return;
    }
    counted = true;
    listener.stats().preCxActive.inc();
    runFilters();
    long limit = listener.config().listenerFiltersTimeoutMillis();
    if (!done && limit > 0) {
      timeout = worker.newTimer(this::onTimeout);
      timeout.arm(limit);
    }
  }

  private void runFilters() {
    while (!done && next < filters.size()) {
      ListenerFilter filter = filters.get(next).newFilter();
      next++;
      if (filter.onAccept(this) == FilterStatus.STOP_ITERATION) {
        waiting = filter;
        if (peeked.isEmpty() || !offer(filter)) {
          return;
        }
      }
    }
    if (!done) {
      chooseChain();
    }
  }

  /** Shows a waiting filter what there is; whether it is satisfied. */
  private boolean offer(ListenerFilter filter) {
    if (filter.onData(peeked) == FilterStatus.STOP_ITERATION) {
      if (!done && peeked.length() >= Math.max(1, filter.maxReadBytes())) {
        close("listener_filter_read_limit");
      }
      return false;
    }
    waiting = null;
    return !done;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (done) {
      bytes.release();
      return;
    }
    peeked.append(bytes);
    ListenerFilter filter = waiting;
    if (filter != null && offer(filter)) {
      runFilters();
    }
  }

  private void onTimeout() {
    if (done) {
      return;
    }
    listener.stats().preCxTimeout.inc();
    if (listener.config().continueOnTimeout()) {
      waiting = null;
      chooseChain();
    } else {
      close("listener_filters_timeout");
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent && !done) {
      listener.stats().listenerFilterRemoteClose.inc();
      end();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!done) {
      listener.stats().listenerFilterRemoteClose.inc();
      end();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!done) {
      listener.stats().listenerFilterError.inc();
      end();
    }
  }

  private void chooseChain() {
    WorkerListener target = listener.handOff(info);
    if (target != listener) {
      target.retain();
      uncount();
      listener.release();
      listener = target;
    }
    WorkerChain chain = listener.findChain(info);
    if (chain == null || chain.isEmpty()) {
      listener.stats().noFilterChainMatch.inc();
      streamInfo.setResponseFlag(ResponseFlag.NO_ROUTE_FOUND);
      streamInfo.setResponseCodeDetails("filter_chain_not_found");
      listener.log(streamInfo);
      if (!peeked.isEmpty()) {
        // Envoy closes with the peeked bytes unread, which the client sees as a reset.
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
      }
      end();
      return;
    }
    finish();
    info.setFilterChain(chain.config().name(), chain.config().metadata());
    DownstreamTransportSocket transport = chain.config().transportSocket();
    TlsHandshake tls = null;
    if (transport != null) {
      tls = transport.open(worker);
      info.setSecure();
      if (tls == null) {
        info.setTransportFailureReason(TransportSockets.SECRET_MISSING);
        listener.log(streamInfo);
        end();
        return;
      }
    }
    Connection connection = chain.open(channel, streamInfo);
    if (tls != null) {
      secure(tls, listener.handshakeMillis(chain.config().transportTimeoutMillis()));
    }
    channel.pipeline().addLast(connection).remove(this);
    connection.start();
    ByteBuf bytes;
    while ((bytes = peeked.poll()) != null) {
      channel.pipeline().fireChannelRead(bytes);
    }
    channel.pipeline().fireChannelReadComplete();
  }

  /** Puts the TLS layer in front; what it finds comes to the connection's info. */
  private void secure(TlsHandshake tls, long timeoutMillis) {
    SslHandler handler = tls.handler();
    handler.setHandshakeTimeoutMillis(timeoutMillis);
    ListenerStats stats = listener.stats();
    handler
        .handshakeFuture()
        .addListener(
            outcome -> {
              if (outcome.isSuccess()) {
                info.setTls(tls.complete());
                return;
              }
              boolean late = outcome.cause() instanceof SslHandshakeTimeoutException;
              if (late) {
                stats.transportSocketConnectTimeout.inc();
              }
              info.setTls(tls.partly());
              String reason = tls.fail(outcome.cause());
              info.setTransportFailureReason(late ? "" : reason);
            });
    channel.pipeline().addLast(handler);
  }

  /** Nothing more happens in this phase. */
  private void finish() {
    done = true;
    if (timeout != null) {
      timeout.cancel();
    }
    uncount();
  }

  private void uncount() {
    if (counted) {
      counted = false;
      listener.stats().preCxActive.dec();
    }
  }

  private void end() {
    finish();
    peeked.release();
    channel.close();
    listener.release();
  }

  // Callbacks of listener filters.

  @Override
  public Worker worker() {
    return worker;
  }

  @Override
  public SocketAddress remoteAddress() {
    return info.remoteAddress();
  }

  @Override
  public void setRemoteAddress(SocketAddress address) {
    info.setRemoteAddress(address);
  }

  @Override
  public SocketAddress localAddress() {
    return info.localAddress();
  }

  @Override
  public void restoreLocalAddress(SocketAddress address) {
    info.restoreLocalAddress(address);
  }

  @Override
  public SocketAddress originalDestination() {
    SocketAddress original = OriginalDestination.of(channel);
    return original == null ? info.localAddress() : original;
  }

  @Override
  public String detectedTransportProtocol() {
    return info.detectedTransport();
  }

  @Override
  public void setDetectedTransportProtocol(String protocol) {
    info.setDetectedTransport(protocol);
  }

  @Override
  public void setRequestedApplicationProtocols(List<String> protocols) {
    info.setApplicationProtocols(protocols);
  }

  @Override
  public void setRequestedServerName(String name) {
    info.setRequestedServerName(name.toLowerCase(Locale.ROOT));
  }

  @Override
  public DynamicMetadata dynamicMetadata() {
    return info.dynamicMetadata();
  }

  @Override
  public FilterState filterState() {
    return info.filterState();
  }

  @Override
  public void close(String details) {
    if (!done) {
      if (!details.isEmpty()) {
        info.setTerminationDetails(details);
      }
      listener.log(streamInfo);
      end();
    }
  }
}
