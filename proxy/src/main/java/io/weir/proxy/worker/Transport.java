package io.weir.proxy.worker;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** What kind of event loop and sockets the proxy runs on; one choice per process. */
public enum Transport {
  EPOLL,
  NIO;

  /** Epoll where its native library loads. */
  public static Transport detect() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  public IoHandlerFactory ioHandlerFactory() {
    return switch (this) {
      case EPOLL -> SteadyEpoll.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  /** Whether several workers can listen on one address, each with a socket of its own. */
  public boolean reusePort() {
    return this == EPOLL;
  }

  /** The channel class that listens on such an address. */
  public Class<? extends ServerChannel> serverChannel(SocketAddress address) {
    boolean domain = isDomain(address);
    return switch (this) {
      case EPOLL -> domain ? EpollServerDomainSocketChannel.class : EpollServerSocketChannel.class;
      case NIO -> domain ? NioServerDomainSocketChannel.class : NioServerSocketChannel.class;
    };
  }

  /** The channel class that connects to such an address. */
  public Class<? extends Channel> clientChannel(SocketAddress address) {
    boolean domain = isDomain(address);
    return switch (this) {
      case EPOLL -> domain ? EpollDomainSocketChannel.class : EpollSocketChannel.class;
      case NIO -> domain ? NioDomainSocketChannel.class : NioSocketChannel.class;
    };
  }

  /** The address of a Unix socket in the form that this transport's channels take. */
  public SocketAddress domainAddress(String path) {
    return this == EPOLL ? new DomainSocketAddress(path) : UnixDomainSocketAddress.of(path);
  }

  private static boolean isDomain(SocketAddress address) {
    return address instanceof DomainSocketAddress || address instanceof UnixDomainSocketAddress;
  }
}
