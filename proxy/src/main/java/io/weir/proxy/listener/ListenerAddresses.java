package io.weir.proxy.listener;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.SocketAddress.Protocol;
import io.netty.util.NetUtil;
import io.weir.filter.Problems;
import io.weir.proxy.worker.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Reads addresses and ranges of a listener. */
final class ListenerAddresses {
  private ListenerAddresses() {}

  /**
   * @return null when problems were reported
   */
  static @Nullable SocketAddress address(Address address, Problems problems) {
    return switch (address.getAddressCase()) {
      case SOCKET_ADDRESS ->
          socketAddress(address.getSocketAddress(), problems.at("socket_address"));
      case PIPE -> Transport.detect().domainAddress(address.getPipe().getPath());
      case ENVOY_INTERNAL_ADDRESS -> {
        problems.add("envoy_internal_address", "internal listeners are not implemented");
        yield null;
      }
      case ADDRESS_NOT_SET -> {
        problems.add("", "no address is given", "set socket_address or pipe");
        yield null;
      }
    };
  }

  private static @Nullable SocketAddress socketAddress(
      io.envoyproxy.envoy.config.core.v3.SocketAddress address, Problems problems) {
    if (address.getProtocol() != Protocol.TCP) {
      problems.add("protocol", "UDP listeners are not implemented");
      return null;
    }
    if (!address.getNamedPort().isEmpty()) {
      problems.add("named_port", "a listener needs a number", "use port_value");
      return null;
    }
    InetAddress ip = ip(address.getAddress());
    if (ip == null) {
      problems.add(
          "address",
          "malformed IP address: " + address.getAddress(),
          "listeners take IP addresses, not host names");
      return null;
    }
    return new InetSocketAddress(ip, address.getPortValue());
  }

  /** A CIDR range; the length defaults to 0, as the message has it. */
  static FilterChainMatch.@Nullable Range range(CidrRange range, Problems problems) {
    InetAddress ip = ip(range.getAddressPrefix());
    if (ip == null) {
      problems.add("address_prefix", "malformed IP address: " + range.getAddressPrefix());
      return null;
    }
    int bits = ip.getAddress().length * 8;
    int length = range.hasPrefixLen() ? range.getPrefixLen().getValue() : 0;
    return new FilterChainMatch.Range(ip, Math.min(length, bits));
  }

  private static @Nullable InetAddress ip(String text) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    if (bytes == null) {
      return null;
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      return null;
    }
  }
}
