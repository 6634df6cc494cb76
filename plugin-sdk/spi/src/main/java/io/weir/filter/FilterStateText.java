package io.weir.filter;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
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
          "envoy.network.upstream_server_name",
          "envoy.network.upstream_subject_alt_names",
          "envoy.network.application_protocols",
          "envoy.network.network_namespace",
          "envoy.upstream.dynamic_host");

  /** Numbers below 2^32. */
  private static final Set<String> NUMBERS =
      Set.of("envoy.upstream.dynamic_port", "envoy.ratelimit.hits_addend");

  private static final String TIMEOUT = "envoy.tcp_proxy.per_connection_idle_timeout_ms";

  private static final String BOOL = "envoy.bool";
  private static final String NO_TUNNEL = "envoy.tcp_proxy.disable_tunneling";

  private static final String IP = "envoy.network.ip";

  private static final Set<String> ADDRESSES =
      Set.of(
          "envoy.network.transport_socket.original_dst_address",
          "envoy.filters.listener.original_dst.local_ip",
          "envoy.filters.listener.original_dst.remote_ip");

  /** Whether a factory of this name exists. */
  public static boolean known(String factory) {
    return TEXTS.contains(factory)
        || NUMBERS.contains(factory)
        || factory.equals(TIMEOUT)
        || factory.equals(BOOL)
        || factory.equals(NO_TUNNEL)
        || ADDRESSES.contains(factory)
        || factory.equals(IP);
  }

  /** The object, or null when the text does not fit. */
  public static @Nullable FilterStateText make(String factory, String text) {
    return switch (factory) {
      case BOOL -> of(factory, flag(text));
      case NO_TUNNEL -> new FilterStateText(factory, Boolean.toString(text.equals("true")));
      case TIMEOUT -> of(factory, number(text, 64));
      case IP -> literal(text) ? new FilterStateText(factory, show(text) + ":0") : null;
      default -> {
        if (NUMBERS.contains(factory)) {
          yield of(factory, number(text, 32));
        }
        yield ADDRESSES.contains(factory)
            ? of(factory, address(text))
            : new FilterStateText(factory, text);
      }
    };
  }

  private static @Nullable FilterStateText of(String factory, @Nullable String text) {
    return text == null ? null : new FilterStateText(factory, text);
  }

  /** As {@code absl::SimpleAtob} reads it. */
  private static @Nullable String flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "t", "yes", "y", "1" -> "true";
      case "false", "f", "no", "n", "0" -> "false";
      default -> null;
    };
  }

  /** An unsigned decimal number, white space around it and a plus allowed. */
  private static @Nullable String number(String text, int bits) {
    String digits = text.strip();
    if (digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    BigInteger value = new BigInteger(digits);
    return value.bitLength() > bits ? null : value.toString();
  }

  private static @Nullable String address(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon > 0 ? text.substring(0, colon) : "";
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String ip = bracketed ? host.substring(1, host.length() - 1) : host;
    boolean fits = bracketed == ip.indexOf(':') >= 0 && literal(ip);
    return fits && port(text.substring(colon + 1))
        ? text.substring(0, colon + 1) + Integer.parseInt(text.substring(colon + 1))
        : null;
  }

  private static String show(String ip) {
    return ip.indexOf(':') >= 0 && !ip.startsWith("[")
        ? "[" + ip.toLowerCase(Locale.ROOT) + "]"
        : ip;
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

  /** Whether a text is an IP address; IPv6 without brackets, a zone allowed. */
  public static boolean literal(String text) {
    if (text.indexOf(':') < 0) {
      return v4(text);
    }
    int zone = text.indexOf('%');
    String ip = zone < 0 ? text : text.substring(0, zone);
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
      boolean leadingZero = part.length() > 1 && part.startsWith("0");
      if (part.length() > 3 || leadingZero || !port(part) || Integer.parseInt(part) > 255) {
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
