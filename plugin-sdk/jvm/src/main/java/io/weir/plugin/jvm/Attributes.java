package io.weir.plugin.jvm;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.RouteInfo;
import io.weir.plugin.JsonNumber;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attributes by path, with the names that Envoy gives them, as the text that a wasm module's side
 * of the API makes of them.
 *
 * @param request null for a connection, and before a stream's headers
 * @param response null before there is one
 * @param route null when none matched
 */
record Attributes(
    StreamInfo info,
    ConnectionInfo connection,
    @Nullable HeaderMap request,
    @Nullable HeaderMap response,
    @Nullable RouteInfo route) {
  /** What plugins keep lies under this prefix in filter state, as in Envoy. */
  private static final String STATE = "wasm.";

  /** A text that a plugin keeps with a stream. */
  private record Kept(String text) implements FilterState.Serializable {
    @Override
    public String serializeAsString() {
      return text;
    }
  }

  static void set(StreamInfo info, String name, String value) {
    info.filterState()
        .set(STATE + name, new Kept(value), false, FilterState.LifeSpan.FILTER_CHAIN, false);
  }

  @Nullable String get(String... path) {
    if (path.length == 0) {
      return null;
    }
    String name = path.length < 2 ? "" : path[1];
    String found =
        switch (path[0]) {
          case "request" -> ofRequest(name, path);
          case "response" -> ofResponse(name, path);
          case "connection" -> ofConnection(name);
          case "source" -> address(connection.remoteAddress(), name);
          case "destination" -> address(connection.localAddress(), name);
          case "upstream" -> ofUpstream(name);
          case "metadata" ->
              name.equals("filter_metadata")
                  ? in(info.dynamicMetadata().namespaces(), path, 2)
                  : null;
          case "filter_state" -> state(info.filterState().get(name));
          case "xds" -> ofXds(name, path);
          default -> null;
        };
    return found != null ? found : state(info.filterState().get(STATE + String.join("\0", path)));
  }

  private @Nullable String ofRequest(String name, String... path) {
    return switch (name) {
      case "path" -> header(request, HeaderName.PATH);
      case "url_path" -> part(header(request, HeaderName.PATH), false);
      case "query" -> part(header(request, HeaderName.PATH), true);
      case "host" -> header(request, HeaderName.AUTHORITY);
      case "scheme" -> header(request, HeaderName.SCHEME);
      case "method" -> header(request, HeaderName.METHOD);
      case "referer" -> header(request, HeaderName.REFERER);
      case "useragent" -> header(request, HeaderName.USER_AGENT);
      case "id" -> header(request, HeaderName.X_REQUEST_ID);
      case "headers" -> joined(request, path);
      case "time" -> Long.toString(info.startWallNanos());
      case "duration" -> info.endNanos() < 0 ? null : number(info.endNanos() - info.startNanos());
      case "protocol" -> info.protocol() == null ? null : info.protocol().text();
      case "size" -> {
        String declared = header(request, HeaderName.CONTENT_LENGTH);
        yield declared == null ? number(info.bytesReceived()) : declared;
      }
      case "total_size" ->
          number(info.bytesReceived() + (request == null ? 0 : request.byteLength()));
      default -> null;
    };
  }

  private @Nullable String ofResponse(String name, String... path) {
    return switch (name) {
      case "code" -> {
        int code = info.responseCode();
        yield code != 0 ? number(code) : header(response, HeaderName.STATUS);
      }
      case "code_details" -> info.responseCodeDetails();
      case "flags" -> number(info.responseFlags());
      case "headers" -> joined(response, path);
      case "size" -> number(info.bytesSent());
      case "total_size" ->
          number(info.bytesSent() + (response == null ? 0 : response.byteLength()));
      default -> null;
    };
  }

  private @Nullable String ofConnection(String name) {
    return switch (name) {
      case "id" -> number(connection.id());
      case "mtls" ->
          Boolean.toString(
              connection.tls() != null && !connection.tls().peerCertificates().isEmpty());
      case "requested_server_name" ->
          connection.requestedServerName() == null ? "" : connection.requestedServerName();
      case "termination_details" -> connection.terminationDetails();
      case "tls_version" -> connection.tls() == null ? null : connection.tls().version();
      default -> null;
    };
  }

  private @Nullable String ofUpstream(String name) {
    StreamInfo.UpstreamInfo upstream = info.upstream();
    if (upstream == null) {
      return null;
    }
    return switch (name) {
      case "address", "port" -> address(upstream.hostAddress(), name);
      case "local_address" -> address(upstream.localAddress(), "address");
      case "request_attempt_count" -> number(info.attemptCount());
      case "transport_failure_reason" -> upstream.transportFailureReason();
      default -> null;
    };
  }

  private @Nullable String ofXds(String name, String... path) {
    return switch (name) {
      case "cluster_name" ->
          info.upstreamCluster() != null || route == null
              ? info.upstreamCluster()
              : route.clusterName();
      case "route_name" -> route == null ? info.routeName() : route.name();
      case "virtual_host_name" -> route == null ? null : route.virtualHostName();
      case "filter_chain_name" -> connection.filterChainName();
      case "cluster_metadata" -> in(info.upstreamClusterMetadata(), path);
      case "route_metadata" -> route == null ? null : in(route.metadata(), path);
      case "virtual_host_metadata" -> route == null ? null : in(route.virtualHostMetadata(), path);
      case "listener_metadata" -> in(connection.listenerMetadata(), path);
      default -> null;
    };
  }

  private static @Nullable String in(Metadata metadata, String... path) {
    return path.length > 2 && path[2].equals("filter_metadata")
        ? in(metadata.namespaces(), path, 3)
        : null;
  }

  /**
   * @param at index of the part that names the namespace
   */
  private static @Nullable String in(
      Map<String, Value.MapValue> namespaces, String[] path, int at) {
    Value value = path.length > at ? namespaces.get(path[at]) : null;
    for (int i = at + 1; i < path.length; i++) {
      value = value instanceof Value.MapValue map ? map.get(path[i]) : null;
    }
    return switch (value) {
      case Value.StringValue text -> text.value();
      case Value.NumberValue number -> number(number.value());
      case Value.BoolValue bool -> Boolean.toString(bool.value());
      case null, default -> null;
    };
  }

  private static @Nullable String state(@Nullable Object object) {
    return object instanceof FilterState.Serializable text ? text.serializeAsString() : null;
  }

  private static @Nullable String header(@Nullable HeaderMap headers, HeaderName name) {
    String value = headers == null ? null : headers.get(name);
    return value == null ? null : WireText.text(value);
  }

  private static @Nullable String joined(@Nullable HeaderMap headers, String... path) {
    String values =
        headers == null || path.length < 3 ? null : headers.getJoined(HeaderName.of(path[2]));
    return values == null ? null : WireText.text(values);
  }

  private static @Nullable String part(@Nullable String path, boolean query) {
    if (path == null) {
      return null;
    }
    int hash = path.indexOf('#');
    String plain = hash < 0 ? path : path.substring(0, hash);
    int mark = plain.indexOf('?');
    if (query) {
      return mark < 0 ? "" : plain.substring(mark + 1);
    }
    return mark < 0 ? plain : plain.substring(0, mark);
  }

  private static String number(long value) {
    return Long.toString(value);
  }

  /** Whole numbers without a point: metadata has no other kind of number. */
  private static String number(double value) {
    return JsonNumber.text(value);
  }

  private static @Nullable String address(@Nullable SocketAddress address, String part) {
    if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return address != null && part.equals("address") ? address.toString() : null;
    }
    return switch (part) {
      case "address" -> io.weir.filter.IpText.of(inet);
      case "port" -> Integer.toString(inet.getPort());
      default -> null;
    };
  }
}
