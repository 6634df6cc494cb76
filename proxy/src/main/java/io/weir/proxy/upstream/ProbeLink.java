package io.weir.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.weir.filter.Metadata;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.ProxyHeader;
import io.weir.proxy.tls.TlsHandshake;
import io.weir.proxy.tls.UpstreamTransportSocket;
import io.weir.proxy.worker.EventLoopWorker;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The connection of a health check to its host. Not counted among the cluster's connections. */
final class ProbeLink {

  /** Told what happens on the connection that runs. */
  interface Listener {
    void onConnected();

    void onData(NettyBuffer data);

    /** The connection could not be made, or is gone. */
    void onClosed();
  }

  private final HealthCheckSettings settings;
  private final UpstreamCluster cluster;
  private final Host host;
  private final EventLoopWorker worker;
  private final UpstreamTransportSocket.Options tlsOptions;
  private @Nullable Connection current;

  ProbeLink(
      HealthCheckSettings settings, UpstreamCluster cluster, Host host, EventLoopWorker worker) {
    this.settings = settings;
    this.cluster = cluster;
    this.host = host;
    this.worker = worker;
    this.tlsOptions =
        settings.alpn().isEmpty()
            ? UpstreamTransportSocket.Options.NONE
            : new UpstreamTransportSocket.Options(null, List.of(), settings.alpn(), true);
  }

  boolean connected() {
    return current != null && current.ready;
  }

  void connect(Listener listener) {
    close();
    var connection = new Connection(listener);
    current = connection;
    SocketAddress address = address();
    ChannelFuture future =
        new Bootstrap()
            .group(worker.loop())
            .channel(worker.transport().clientChannel(address))
            .disableResolver()
            .option(ChannelOption.ALLOCATOR, worker.allocator())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .handler(connection)
            .connect(address);
    connection.channel = future.channel();
    future.addListener(_ -> connection.onTcp(future));
  }

  private SocketAddress address() {
    SocketAddress address = host.endpoint().healthCheckAddress();
    if (address instanceof UnixDomainSocketAddress unix) {
      return worker.transport().domainAddress(unix.getPath().toString());
    }
    if (settings.altPort() > 0 && address instanceof InetSocketAddress inet) {
      return new InetSocketAddress(inet.getAddress(), settings.altPort());
    }
    return address;
  }

  void write(ByteBuf bytes) {
    if (current != null && current.channel != null) {
      current.channel.writeAndFlush(bytes, current.channel.voidPromise());
    } else {
      bytes.release();
    }
  }

  /** Drops the connection; its listener is told nothing more. */
  void close() {
    Connection old = current;
    current = null;
    if (old != null && old.channel != null) {
      old.channel.close();
    }
  }

  private final class Connection extends ChannelInboundHandlerAdapter {
    private final Listener listener;
    private final NettyBuffer in = new NettyBuffer(worker.allocator());
    private @Nullable Channel channel;
    private boolean ready;

    Connection(Listener listener) {
      this.listener = listener;
    }

    void onTcp(ChannelFuture future) {
      if (current != this) {
        future.channel().close();
        return;
      }
      Metadata chosen = settings.transportMatch();
      UpstreamTransportSocket tls =
          cluster.transports().of(chosen == null ? host.metadata() : chosen);
      if (!future.isSuccess()) {
        lost();
      } else if (tls == null) {
        connected();
      } else {
        secure(future.channel(), tls);
      }
    }

    private void secure(Channel connected, UpstreamTransportSocket tls) {
      TlsHandshake handshake = tls.open(worker, tlsOptions, host.addressText(), host.hostname());
      if (handshake == null) {
        lost();
        return;
      }
      handshake
          .handler()
          .handshakeFuture()
          .addListener(
              outcome -> {
                if (outcome.isSuccess()) {
                  handshake.complete();
                } else {
                  handshake.fail(outcome.cause());
                }
                if (current == this && outcome.isSuccess()) {
                  connected();
                } else if (current == this) {
                  lost();
                }
              });
      connected.pipeline().addFirst(handshake.handler());
    }

    private void connected() {
      ready = true;
      if (settings.probe() instanceof HealthCheckSettings.Tcp(var _, var _, ProxyHeader header)
          && header != null
          && channel != null
          && channel.localAddress() instanceof InetSocketAddress from
          && channel.remoteAddress() instanceof InetSocketAddress to) {
        channel.writeAndFlush(header.encode(new ProxyHeader.Peers(from, to), worker.allocator()));
      }
      listener.onConnected();
    }

    private void lost() {
      if (current == this) {
        close();
        listener.onClosed();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      in.append((ByteBuf) message);
      if (current == this) {
        listener.onData(in);
      } else {
        in.release();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      in.release();
      lost();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      lost();
    }
  }
}
