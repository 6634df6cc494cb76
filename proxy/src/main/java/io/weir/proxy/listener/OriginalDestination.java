package io.weir.proxy.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** {@code SO_ORIGINAL_DST}: where a connection was going before the firewall redirected it. */
final class OriginalDestination {
  private static final int SOL_IP = 0;
  private static final int SOL_IPV6 = 41;
  private static final int SO_ORIGINAL_DST = 80;
  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int SOCKADDR_IN6_BYTES = 28;
  private static final ChannelOption<ByteBuffer> IPV4 =
      new RawUnixChannelOption("SO_ORIGINAL_DST", SOL_IP, SO_ORIGINAL_DST, SOCKADDR_IN_BYTES);
  private static final ChannelOption<ByteBuffer> IPV6 =
      new RawUnixChannelOption(
          "IP6T_SO_ORIGINAL_DST", SOL_IPV6, SO_ORIGINAL_DST, SOCKADDR_IN6_BYTES);

  private OriginalDestination() {}

  /** The address, or null when the socket was not redirected or cannot tell. */
  static @Nullable InetSocketAddress of(Channel channel) {
    if (!(channel instanceof EpollSocketChannel epoll)) {
      return null;
    }
    boolean v6 =
        epoll.localAddress() != null && epoll.localAddress().getAddress() instanceof Inet6Address;
    try {
      ByteBuffer address = epoll.config().getOption(v6 ? IPV6 : IPV4);
      return address == null ? null : parse(address, v6);
    } catch (RuntimeException | UnknownHostException notRedirected) {
      return null;
    }
  }

  // struct sockaddr_in: family, port (network order), address; sockaddr_in6 has a flow label
  // between port and address.
  private static InetSocketAddress parse(ByteBuffer raw, boolean v6) throws UnknownHostException {
    int port = (raw.get(2) & 0xff) << 8 | raw.get(3) & 0xff;
    byte[] address = new byte[v6 ? 16 : 4];
    int from = v6 ? 8 : 4;
    for (int i = 0; i < address.length; i++) {
      address[i] = raw.get(from + i);
    }
    return new InetSocketAddress(InetAddress.getByAddress(address), port);
  }
}
