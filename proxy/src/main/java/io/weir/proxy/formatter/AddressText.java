package io.weir.proxy.formatter;

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
        out.append(ip(ip));
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
      case InetSocketAddress inet when inet.getAddress() instanceof Inet6Address ip ->
          "[" + ip(ip) + "]:" + inet.getPort();
      case InetSocketAddress inet when inet.getAddress() != null ->
          inet.getAddress().getHostAddress() + ":" + inet.getPort();
      case InetSocketAddress inet -> inet.getHostString() + ":" + inet.getPort();
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
      out.append(ip(ip));
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

  /** The shortest form of an IP address (RFC 5952). */
  public static String ip(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    int[] zeros = longestZeros(groups);
    var text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == zeros[0]) {
        text.append("::");
        i += zeros[1] - 1;
        continue;
      }
      if (i > 0 && i != zeros[0] + zeros[1]) {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  private static int[] longestZeros(int[] groups) {
    int[] best = {-1, 1};
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > best[1]) {
        best[0] = i;
        best[1] = end - i;
      }
      i = Math.max(i, end - 1);
    }
    return best;
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
      return ip(InetAddress.getByAddress(bytes)) + "/" + prefix;
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
