package io.weir.proxy.formatter;

import io.weir.filter.IpText;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** Prints addresses as Envoy does: {@code 10.0.0.1:80}, {@code [::1]:80}, a socket's path. */
public final class AddressText {
  private AddressText() {}

  public static void append(SocketAddress address, FormatOutput out) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      InetAddress ip = inet.getAddress();
      if (ip instanceof Inet6Address) {
        out.append('[');
        out.append(IpText.of(ip));
        out.append(']');
      } else {
        appendIp(ip, out);
      }
      out.append(':');
      out.append((long) inet.getPort());
    } else {
      out.append(text(address));
    }
  }

  public static String text(SocketAddress address) {
    return switch (address) {
      case InetSocketAddress inet -> IpText.of(inet);
      case UnixDomainSocketAddress unix -> unix.getPath().toString();
      case io.netty.channel.unix.DomainSocketAddress unix -> unix.path();
      default -> address.toString();
    };
  }

  /** The IP alone, or the whole text of an address without one. */
  public static void appendWithoutPort(SocketAddress address, FormatOutput out) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      appendIp(inet.getAddress(), out);
    } else {
      out.append(text(address));
    }
  }

  /** The port, −1 when the address has none. */
  public static int port(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : -1;
  }

  private static void appendIp(InetAddress ip, FormatOutput out) {
    if (ip instanceof Inet6Address) {
      out.append(IpText.of(ip));
      return;
    }
    byte[] bytes = ip.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      if (i > 0) {
        out.append('.');
      }
      out.append((long) (bytes[i] & 0xff));
    }
  }

  static @Nullable String masked(SocketAddress address, int prefixV4, int prefixV6) {
    if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return null;
    }
    byte[] bytes = inet.getAddress().getAddress();
    int prefix = bytes.length == 4 ? prefixV4 : prefixV6;
    if (prefix < 0) {
      return null;
    }
    for (int i = 0; i < bytes.length; i++) {
      int keep = Math.clamp(prefix - 8L * i, 0, 8);
      bytes[i] &= (byte) (0xff << 8 - keep);
    }
    try {
      return IpText.of(InetAddress.getByAddress(bytes)) + "/" + prefix;
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
