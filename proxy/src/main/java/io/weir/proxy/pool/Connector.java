package io.weir.proxy.pool;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.weir.filter.Protocol;
import io.weir.filter.Timer;
import io.weir.filter.TlsInfo;
import io.weir.proxy.cluster.ClusterConfig;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostStats.Kind;
import io.weir.proxy.cluster.ProxyHeader;
import io.weir.proxy.tls.TlsHandshake;
import io.weir.proxy.tls.TransportSockets;
import io.weir.proxy.tls.UpstreamTransportSocket;
import io.weir.proxy.worker.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect to a host: TCP, then TLS, both within the connect timeout. Counts the
 * attempt. The channel is handed over with reading stopped. Belongs to one worker.
 */
public final class Connector {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private final PoolScope scope;
  private final Host host;
  private final @Nullable Protocol protocol;
  private final ProxyHeader.@Nullable Peers peers;
  private final Callbacks callbacks;
  private final UpstreamTransportSocket.Options tlsOptions;
  private final long startNanos;
  private final Timer timer;
  private @Nullable AddressRace race;
  private @Nullable Channel channel;
  private int attempts;
  private boolean done;

  /** Told once; never before {@link #start} has returned. */
  public interface Callbacks {
    void onConnected(Connector connector, Channel channel, ConnectionFacts facts);

    void onFailure(Connector connector, PoolFailure failure, String transportFailure);
  }

  /** For a connection that carries raw bytes. */
  public Connector(
      PoolScope scope, Host host, ProxyHeader.@Nullable Peers peers, Callbacks callbacks) {
    this(scope, host, null, UpstreamTransportSocket.Options.NONE, peers, callbacks);
  }

  /**
   * @param protocol what the connection will speak; null to take what TLS negotiates
   * @param peers for the header of the PROXY protocol
   */
  public Connector(
      PoolScope scope,
      Host host,
      @Nullable Protocol protocol,
      UpstreamTransportSocket.Options tlsOptions,
      ProxyHeader.@Nullable Peers peers,
      Callbacks callbacks) {
    this.peers = peers;
    this.scope = scope;
    this.host = host;
    this.protocol = protocol;
    this.tlsOptions = tlsOptions;
    this.callbacks = callbacks;
    this.startNanos = scope.worker().nanoTime();
    this.timer = scope.worker().newTimer(this::onTimeout);
  }

  /** When the attempt began. */
  public long startNanos() {
    return startNanos;
  }

  public void start() {
    ClusterStats stats = scope.stats();
    stats.cxTotal.inc();
    stats.cxActive.inc();
    host.stats().inc(worker(), Kind.CX_TOTAL);
    host.stats().inc(worker(), Kind.CX_ACTIVE);
    timer.arm(scope.config().connectTimeoutMillis());
    var addresses = scope.config().addressOrder().of(host.endpoint());
    race = new AddressRace(addresses, scope.worker(), this::connect, this::onTcp);
    race.start();
  }

  private ChannelFuture connect(SocketAddress to) {
    if (attempts++ > 0) {
      scope.stats().cxTotal.inc();
      host.stats().inc(worker(), Kind.CX_TOTAL);
    }
    SocketAddress address = address(to);
    return bootstrap(address).connect(address);
  }

  /** Gives up without telling anybody; false when the outcome was told already. */
  public boolean cancel() {
    if (done) {
      return false;
    }
    finish();
    uncount();
    close();
    return true;
  }

  private int worker() {
    return scope.worker().index();
  }

  private SocketAddress address(SocketAddress given) {
    return given instanceof UnixDomainSocketAddress unix
        ? scope.worker().transport().domainAddress(unix.getPath().toString())
        : given;
  }

  private Bootstrap bootstrap(SocketAddress address) {
    ClusterConfig config = scope.config();
    Transport transport = scope.worker().transport();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(scope.worker().loop())
            .channel(transport.clientChannel(address))
            .disableResolver()
            .option(ChannelOption.ALLOCATOR, scope.worker().allocator())
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark(config.bufferLimit()))
            .handler(new Silence());
    if (address instanceof InetSocketAddress inet) {
      bootstrap.option(ChannelOption.TCP_NODELAY, true);
      keepAlive(bootstrap, config.keepAlive(), transport);
      ClusterConfig.Source source = config.source(inet.getAddress());
      if (source != null) {
        socketOptions(bootstrap, source, transport);
        if (source.address() != null) {
          if (source.address().getPort() == 0 && transport == Transport.EPOLL) {
            // A port is chosen as the peer is known: one may then serve for many peers.
            bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
          }
          bootstrap.localAddress(source.address());
        }
      }
    }
    return bootstrap;
  }

  private static void socketOptions(
      Bootstrap bootstrap, ClusterConfig.Source source, Transport transport) {
    if (transport == Transport.EPOLL) {
      for (ClusterConfig.SocketOption option : source.options()) {
        byte[] bytes = option.bytes();
        if (bytes != null) {
          bootstrap.option(
              new RawUnixChannelOption("upstream", option.level(), option.name(), bytes.length),
              ByteBuffer.wrap(bytes));
          continue;
        }
        bootstrap.option(
            new IntegerUnixChannelOption("upstream", option.level(), option.name()),
            option.value());
      }
    }
  }

  private static void keepAlive(
      Bootstrap bootstrap, ClusterConfig.@Nullable KeepAlive keepAlive, Transport transport) {
    if (keepAlive == null) {
      return;
    }
    bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
    if (transport == Transport.EPOLL) {
      if (keepAlive.probes() > 0) {
        bootstrap.option(EpollChannelOption.TCP_KEEPCNT, keepAlive.probes());
      }
      if (keepAlive.idleSeconds() > 0) {
        bootstrap.option(EpollChannelOption.TCP_KEEPIDLE, keepAlive.idleSeconds());
      }
      if (keepAlive.intervalSeconds() > 0) {
        bootstrap.option(EpollChannelOption.TCP_KEEPINTVL, keepAlive.intervalSeconds());
      }
    }
  }

  private static WriteBufferWaterMark waterMark(long limit) {
    int high = limit == 0 ? NO_LIMIT : (int) Math.min(limit, NO_LIMIT);
    return new WriteBufferWaterMark(Math.max(1, high / 2), Math.max(1, high));
  }

  private void onTcp(ChannelFuture future) {
    channel = future.channel();
    if (done) {
      future.channel().close();
      return;
    }
    if (!future.isSuccess()) {
      boolean local = ConnectFailures.local(future.cause());
      if (local) {
        scope.stats().bindErrors.inc();
      }
      fail(
          local ? PoolFailure.LOCAL_CONNECTION_FAILURE : PoolFailure.REMOTE_CONNECTION_FAILURE,
          ConnectFailures.text(future.cause(), source(), host.addressText()));
      return;
    }
    ProxyHeader header = scope.config().proxyHeader();
    if (header != null && peers != null) {
      future.channel().writeAndFlush(header.encode(peers, scope.worker().allocator()));
    }
    UpstreamTransportSocket tls = scope.transport(host);
    if (tls == null) {
      succeed(future.channel(), null);
      return;
    }
    TlsHandshake handshake =
        tls.open(scope.worker(), tlsOptions, host.addressText(), host.hostname());
    if (handshake == null) {
      fail(PoolFailure.REMOTE_CONNECTION_FAILURE, TransportSockets.SECRET_MISSING);
      return;
    }
    SslHandler handler = handshake.handler();
    handler.setHandshakeTimeoutMillis(0);
    handler.handshakeFuture().addListener(outcome -> onTls(future.channel(), handshake, outcome));
    future.channel().pipeline().addFirst(handler);
    future.channel().config().setAutoRead(true);
  }

  private @Nullable SocketAddress source() {
    ClusterConfig.Source source =
        host.address() instanceof InetSocketAddress inet
            ? scope.config().source(inet.getAddress())
            : null;
    return source == null ? null : source.address();
  }

  private void onTls(Channel connected, TlsHandshake handshake, Future<?> outcome) {
    if (outcome.isSuccess()) {
      TlsInfo info = handshake.complete();
      if (done) {
        connected.close();
      } else {
        connected.config().setAutoRead(false);
        succeed(connected, info);
      }
      return;
    }
    // A reset shows as an error of the channel, and to the handshake as its end.
    Silence silence = connected.pipeline().get(Silence.class);
    Throwable failure = silence == null ? null : silence.failure;
    String reason = handshake.fail(failure == null ? outcome.cause() : failure);
    if (!done) {
      fail(PoolFailure.REMOTE_CONNECTION_FAILURE, reason);
    }
  }

  private void succeed(Channel connected, @Nullable TlsInfo tls) {
    finish();
    connected.pipeline().remove(Silence.class);
    scope
        .stats()
        .cxConnectMillis
        .record((scope.worker().nanoTime() - startNanos) / NANOS_PER_MILLI);
    callbacks.onConnected(
        this,
        connected,
        new ConnectionFacts(
            host, connected.localAddress(), scope.nextConnectionId(), spoken(tls), tls, ""));
  }

  private Protocol spoken(@Nullable TlsInfo tls) {
    if (protocol != null) {
      return protocol;
    }
    return tls != null && tls.alpn().equals("h2") ? Protocol.HTTP_2 : Protocol.HTTP_11;
  }

  private void onTimeout() {
    if (!done) {
      scope.stats().cxConnectTimeout.inc();
      fail(PoolFailure.TIMEOUT, "");
    }
  }

  private void fail(PoolFailure failure, String text) {
    finish();
    ClusterStats stats = scope.stats();
    stats.cxConnectFail.inc();
    (failure == PoolFailure.REMOTE_CONNECTION_FAILURE
            ? stats.cxDestroyRemote
            : stats.cxDestroyLocal)
        .inc();
    host.stats().inc(worker(), Kind.CX_CONNECT_FAIL);
    uncount();
    close();
    callbacks.onFailure(this, failure, text);
  }

  private void finish() {
    done = true;
    timer.cancel();
  }

  private void uncount() {
    ClusterStats stats = scope.stats();
    stats.cxActive.dec();
    stats.cxDestroy.inc();
    host.stats().dec(worker(), Kind.CX_ACTIVE);
  }

  private void close() {
    if (race != null) {
      race.stop();
    }
    if (channel != null) {
      channel.close();
    }
  }

  /** Keeps the pipeline from complaining while nobody listens. */
  private static final class Silence extends ChannelInboundHandlerAdapter {
    private @Nullable Throwable failure;

    @Override
    public void exceptionCaught(io.netty.channel.ChannelHandlerContext context, Throwable cause) {
      if (failure == null) {
        failure = cause;
      }
    }
  }
}
