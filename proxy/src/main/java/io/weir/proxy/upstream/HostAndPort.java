package io.weir.proxy.upstream;

/**
 * The two parts of an authority.
 *
 * @param host without brackets
 */
public record HostAndPort(String host, int port) {

  /** Splits an authority; what is no port belongs to the host. */
  public static HostAndPort parse(String authority, int defaultPort) {
    int colon = authority.lastIndexOf(':');
    boolean bracketed = authority.startsWith("[");
    int end = bracketed ? authority.indexOf(']') : -1;
    boolean hasPort = colon > 0 && colon > end && (bracketed || authority.indexOf(':') == colon);
    int port = hasPort ? number(authority, colon + 1) : -1;
    String host = port >= 0 ? authority.substring(0, colon) : authority;
    if (host.startsWith("[") && host.endsWith("]") && host.length() > 2) {
      host = host.substring(1, host.length() - 1);
    }
    return new HostAndPort(host, port >= 0 ? port : defaultPort);
  }

  private static int number(String text, int from) {
    int number = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || number > 65_535) {
        return -1;
      }
      number = number * 10 + c - '0';
    }
    return text.length() == from || number > 65_535 ? -1 : number;
  }

  /** What tells names apart in a cache. */
  public String key() {
    return host + ":" + port;
  }
}
