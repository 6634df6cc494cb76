package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.netty.util.NetUtil;
import io.weir.filter.Problems;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Reads {@code envoy.config.core.v3.Address}. */
final class Addresses {
  private Addresses() {}

  /**
   * An address that needs no resolution.
   *
   * @param names whether a name is allowed; it becomes an unresolved address then
   * @return null when problems were reported
   */
  static @Nullable SocketAddress load(Address address, boolean names, Problems problems) {
    return switch (address.getAddressCase()) {
      case SOCKET_ADDRESS -> {
        var socket = address.getSocketAddress();
        Problems at = problems.at("socket_address");
        if (!socket.getNamedPort().isEmpty()) {
          at.add("named_port", "named ports are not implemented", "use port_value");
          yield null;
        }
        if (!socket.getResolverName().isEmpty()) {
          at.add("resolver_name", "custom resolvers are not implemented", "");
          yield null;
        }
        InetAddress ip = ip(socket.getAddress());
        if (ip != null) {
          yield new InetSocketAddress(ip, socket.getPortValue());
        }
        if (!names) {
          at.add(
              "address",
              "malformed IP address: " + socket.getAddress(),
              "names need a cluster of type STRICT_DNS or LOGICAL_DNS");
          yield null;
        }
        yield InetSocketAddress.createUnresolved(socket.getAddress(), socket.getPortValue());
      }
      case PIPE -> UnixDomainSocketAddress.of(address.getPipe().getPath());
      case ENVOY_INTERNAL_ADDRESS -> {
        problems.add("envoy_internal_address", "internal listeners are not implemented", "");
        yield null;
      }
      case ADDRESS_NOT_SET -> {
        problems.add("", "no address is given", "set socket_address or pipe");
        yield null;
      }
    };
  }

  /** The address of a literal, null for anything else. */
  static @Nullable InetAddress ip(String text) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    if (bytes == null) {
      return null;
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
