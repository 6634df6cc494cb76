package io.weir.cli;

import java.net.InetSocketAddress;

/** Reads {@code host:port} arguments. */
final class Addresses {
  private Addresses() {}

  /** Parses {@code host:port}, {@code [v6]:port} or {@code :port} (loopback). */
  static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      String host = colon <= 0 ? "127.0.0.1" : text.substring(0, colon);
      if (host.startsWith("[") && host.endsWith("]")) {
        host = host.substring(1, host.length() - 1);
      }
      if (colon >= 0 && port >= 0 && port <= 65535) {
        return new InetSocketAddress(host, port);
      }
    } catch (NumberFormatException _) {
      // Reported below, as any other text that is not an address.
    }
    throw new VerbException(Main.USAGE, "'" + text + "' is not an address: write host:port");
  }

  /** {@code host:port} of an argument, for a URL. */
  static String authority(String text) {
    InetSocketAddress address = parse(text);
    String host = address.getHostString();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
