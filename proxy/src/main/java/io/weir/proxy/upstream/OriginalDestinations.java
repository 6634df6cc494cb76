package io.weir.proxy.upstream;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.FilterState;
import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.formatter.AddressText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an ORIGINAL_DST cluster sends a request: what a header, metadata or filter state names, or
 * where the connection wanted to go. Immutable.
 *
 * @param header null when no header may name it
 * @param namespace of dynamic metadata, empty for none
 * @param port replaces the port, 0 for none
 * @param cleanupMillis how long an unused host is kept
 */
record OriginalDestinations(
    @Nullable HeaderName header, String namespace, List<String> path, int port, long cleanupMillis)
    implements RequestedHosts {
  private static final String STATE = "envoy.network.transport_socket.original_dst_address";

  OriginalDestinations {
    path = List.copyOf(path);
  }

  @Override
  public Choice choose(LoadBalancerContext context) {
    Choice named = named(context);
    if (named instanceof None
        && redirected(context)
        && context.originalDestination() instanceof InetSocketAddress original) {
      named = found(original);
    }
    return named instanceof Found(_, InetSocketAddress address, _) && port != 0
        ? found(new InetSocketAddress(address.getAddress(), port))
        : named;
  }

  /** Without redirection the original destination is this proxy itself. */
  private static boolean redirected(LoadBalancerContext context) {
    ConnectionInfo connection = context.downstream();
    return connection != null && !connection.localAddress().equals(connection.directLocalAddress());
  }

  private Choice named(LoadBalancerContext context) {
    StreamInfo info = context.streamInfo();
    if (header != null) {
      HeaderMap headers = context.requestHeaders();
      String text = headers == null ? null : headers.get(header);
      if (text != null && !text.isEmpty()) {
        return parse(text);
      }
    }
    if (!namespace.isEmpty() && info != null) {
      Value value = info.dynamicMetadata().get(namespace);
      for (String key : path) {
        value = value instanceof Value.MapValue map ? map.get(key) : null;
      }
      if (value instanceof Value.StringValue(String text)) {
        return parse(text);
      }
    }
    Object state = info == null ? null : info.filterState().get(STATE);
    return switch (state) {
      case InetSocketAddress address -> found(address);
      case FilterState.Serializable object when object.serializeAsString() != null ->
          parse(object.serializeAsString());
      case null, default -> new None();
    };
  }

  private static Found found(InetSocketAddress address) {
    return new Found(AddressText.text(address), address, "");
  }

  private static Choice parse(@Nullable String text) {
    if (text == null) {
      return new None();
    }
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      return new Invalid();
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    InetAddress ip = Addresses.ip(host);
    try {
      int number = Integer.parseInt(text.substring(colon + 1));
      return ip == null || number < 0 || number > 65535
          ? new Invalid()
          : found(new InetSocketAddress(ip, number));
    } catch (NumberFormatException _) {
      return new Invalid();
    }
  }
}
