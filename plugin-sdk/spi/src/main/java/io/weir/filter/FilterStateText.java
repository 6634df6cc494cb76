package io.weir.filter;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A filter state object made from text by one of Envoy's object factories; for scripts and filters
 * that set the state from configuration.
 *
 * @param factory the factory's name
 * @param text what {@code serializeAsString} gives
 */
public record FilterStateText(String factory, String text) implements FilterState.Serializable {
  private static final Set<String> TEXTS =
      Set.of(
          "envoy.string",
          "envoy.hashable_string",
          "envoy.tcp_proxy.cluster",
          "envoy.tcp_proxy.per_connection_idle_timeout_ms",
          "envoy.network.upstream_server_name",
          "envoy.network.upstream_subject_alt_names",
          "envoy.network.application_protocols",
          "envoy.network.network_namespace",
          "envoy.upstream.dynamic_host",
          "envoy.upstream.dynamic_port",
          "envoy.ratelimit.hits_addend");

  private static final Set<String> FLAGS =
      Set.of("envoy.bool", "envoy.tcp_proxy.disable_tunneling");

  private static final String IP = "envoy.network.ip";

  private static final Set<String> ADDRESSES =
      Set.of(
          "envoy.network.transport_socket.original_dst_address",
          "envoy.filters.listener.original_dst.local_ip",
          "envoy.filters.listener.original_dst.remote_ip");

  /** Whether a factory of this name exists. */
  public static boolean known(String factory) {
    return TEXTS.contains(factory)
        || FLAGS.contains(factory)
        || ADDRESSES.contains(factory)
        || factory.equals(IP);
  }

  /** The object, or null when the text does not fit. */
  public static @Nullable FilterStateText make(String factory, String text) {
    if (FLAGS.contains(factory)) {
      boolean on = text.equals("true") || factory.equals("envoy.bool") && text.equals("1");
      return new FilterStateText(factory, Boolean.toString(on));
    }
    if (factory.equals(IP)) {
      return literal(text) ? new FilterStateText(factory, show(text) + ":0") : null;
    }
    if (ADDRESSES.contains(factory)) {
      int colon = text.lastIndexOf(':');
      return colon > 0 && port(text.substring(colon + 1)) && literal(text.substring(0, colon))
          ? new FilterStateText(factory, text)
          : null;
    }
    return new FilterStateText(factory, text);
  }

  private static String show(String ip) {
    return ip.indexOf(':') >= 0 && !ip.startsWith("[") ? "[" + ip + "]" : ip;
  }

  /** Whether a text is a port number. */
  public static boolean port(String text) {
    if (text.isEmpty() || text.length() > 5) {
      return false;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      value = value * 10 + digit;
    }
    return value <= 65_535;
  }

  /** Whether a text is an IP address, brackets allowed around IPv6. */
  public static boolean literal(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String ip = bracketed ? text.substring(1, text.length() - 1) : text;
    boolean v6 = ip.indexOf(':') >= 0;
    if (bracketed && !v6) {
      return false;
    }
    if (!v6) {
      return v4(ip);
    }
    try {
      // A text with a colon is never looked up.
      return ip.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')
          && InetAddress.getByName("[" + ip + "]") != null;
    } catch (UnknownHostException error) {
      return false;
    }
  }

  private static boolean v4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      if (part.length() > 3 || !port(part) || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }

  @Override
  public @Nullable String serializeAsString() {
    return factory.equals("envoy.network.application_protocols") ? null : text;
  }
}
