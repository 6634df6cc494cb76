package io.weir.plugin.jvm;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Attributes by path, with the names that Envoy gives them. */
final class Attributes {
  private Attributes() {}

  static @Nullable String get(StreamInfo info, ConnectionInfo connection, String... path) {
    return switch (String.join(".", path)) {
      case "source.address" -> text(connection.remoteAddress());
      case "source.port" -> port(connection.remoteAddress());
      case "destination.address" -> text(connection.localAddress());
      case "destination.port" -> port(connection.localAddress());
      case "connection.id" -> Long.toString(connection.id());
      case "connection.requested_server_name" -> connection.requestedServerName();
      case "request.id" -> info.requestId();
      case "request.protocol" -> info.protocol() == null ? null : info.protocol().text();
      case "response.code" ->
          info.responseCode() == 0 ? null : Integer.toString(info.responseCode());
      case "response.code_details" -> info.responseCodeDetails();
      case "xds.cluster_name" -> info.upstreamCluster();
      case "xds.route_name" -> info.routeName();
      case "xds.filter_chain_name" -> connection.filterChainName();
      default -> metadata(info, path);
    };
  }

  private static @Nullable String metadata(StreamInfo info, String... path) {
    if (path.length < 3 || !path[0].equals("metadata")) {
      return null;
    }
    Value value = info.dynamicMetadata().get(path[1]);
    for (int i = 2; i < path.length; i++) {
      value = value instanceof Value.MapValue map ? map.get(path[i]) : null;
    }
    return switch (value) {
      case Value.StringValue text -> text.value();
      case Value.NumberValue number -> Double.toString(number.value());
      case Value.BoolValue bool -> Boolean.toString(bool.value());
      case null, default -> null;
    };
  }

  private static String text(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
        : address.toString();
  }

  private static @Nullable String port(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? Integer.toString(inet.getPort()) : null;
  }
}
