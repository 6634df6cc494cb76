package io.weir.proxy.formatter;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.Protocol;
import io.weir.filter.StreamInfo;
import io.weir.filter.StreamInfo.UpstreamInfo;
import io.weir.filter.cel.Attributes;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Envoy's attributes of a stream, for expressions. Lives as long as one evaluation. */
public record StreamAttributes(FormatContext context) implements Attributes {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  @Override
  public @Nullable Object get(List<String> path) {
    if (path.size() == 1) {
      // Roots are looked at by their members only.
      return null;
    }
    String name = path.get(1);
    return switch (path.getFirst()) {
      case "request" -> request(name, path);
      case "response" -> response(name, path);
      case "source" -> source(name);
      case "destination" -> destination(name);
      case "connection" -> connection(name);
      case "upstream" -> upstream(name);
      case "xds" -> configuration(name);
      default -> null;
    };
  }

  private StreamInfo info() {
    return context.streamInfo();
  }

  private @Nullable Object request(String name, List<String> path) {
    HeaderMap headers = context.requestHeaders();
    if (headers == null) {
      return null;
    }
    return switch (name) {
      case "headers" -> headers(headers, path);
      case "path" -> headers.get(HeaderName.PATH);
      case "url_path" -> urlPath(headers, true);
      case "query" -> urlPath(headers, false);
      case "host" -> headers.get(HeaderName.AUTHORITY);
      case "scheme" -> headers.get(HeaderName.SCHEME);
      case "method" -> headers.get(HeaderName.METHOD);
      case "referer" -> headers.get(HeaderName.of("referer"));
      case "useragent" -> headers.get(HeaderName.USER_AGENT);
      case "id" -> info().requestId();
      case "protocol" -> protocol(info().protocol());
      case "size" -> size(headers);
      case "total_size" -> info().bytesReceived() + bytes(headers);
      case "duration" ->
          info().endNanos() < 0
              ? null
              : (double) (info().endNanos() - info().startNanos()) / NANOS_PER_SECOND;
      default -> null;
    };
  }

  private long size(HeaderMap headers) {
    int length = headers.find(HeaderName.CONTENT_LENGTH);
    long announced = length < 0 ? -1 : headers.valueAsLong(length);
    return announced >= 0 ? announced : info().bytesReceived();
  }

  private @Nullable Object response(String name, List<String> path) {
    HeaderMap headers = context.responseHeaders();
    HeaderMap trailers = context.responseTrailers();
    return switch (name) {
      case "code" -> info().responseCode() == 0 ? null : (Object) (long) info().responseCode();
      case "code_details" -> info().responseCodeDetails();
      case "flags" -> info().responseFlags();
      case "headers" -> headers == null ? null : headers(headers, path);
      case "trailers" -> trailers == null ? null : headers(trailers, path);
      case "size" -> info().bytesSent();
      case "total_size" ->
          info().bytesSent()
              + (headers == null ? 0 : bytes(headers))
              + (trailers == null ? 0 : bytes(trailers));
      default -> null;
    };
  }

  private static @Nullable Object headers(HeaderMap headers, List<String> path) {
    if (path.size() > 2) {
      List<String> values = headers.getAll(HeaderName.of(path.get(2).toLowerCase(Locale.ROOT)));
      return values.isEmpty() ? null : String.join(",", values);
    }
    Map<Object, Object> all = new LinkedHashMap<>();
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      all.merge(headers.name(e), headers.value(e), (a, b) -> a + "," + b);
    }
    return all;
  }

  private static long bytes(HeaderMap headers) {
    long bytes = 0;
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      bytes += headers.nameLength(e) + headers.valueLength(e);
    }
    return bytes;
  }

  private static @Nullable String urlPath(HeaderMap headers, boolean path) {
    String whole = headers.get(HeaderName.PATH);
    if (whole == null) {
      return null;
    }
    int question = whole.indexOf('?');
    if (path) {
      return question < 0 ? whole : whole.substring(0, question);
    }
    return question < 0 ? "" : whole.substring(question + 1);
  }

  private @Nullable Object source(String name) {
    return address(name, info().connection().remoteAddress());
  }

  private @Nullable Object destination(String name) {
    return address(name, info().connection().localAddress());
  }

  private static @Nullable Object address(String name, @Nullable SocketAddress address) {
    if (address == null) {
      return null;
    }
    return switch (name) {
      case "address" -> AddressText.text(address);
      case "port" ->
          address instanceof InetSocketAddress inet ? (Object) (long) inet.getPort() : null;
      default -> null;
    };
  }

  private @Nullable Object connection(String name) {
    ConnectionInfo connection = info().connection();
    var tls = connection.tls();
    return switch (name) {
      case "id" -> connection.id();
      case "mtls" -> tls != null && !tls.peerCertificates().isEmpty();
      case "requested_server_name" -> connection.requestedServerName();
      case "tls_version" -> tls == null ? null : tls.version();
      case "termination_details" -> connection.terminationDetails();
      default -> null;
    };
  }

  private @Nullable Object upstream(String name) {
    UpstreamInfo upstream = info().upstream();
    return switch (name) {
      case "request_attempt_count" -> (long) info().attemptCount();
      case "address", "port" -> upstream == null ? null : address(name, upstream.hostAddress());
      case "local_address" -> upstream == null ? null : address("address", upstream.localAddress());
      case "transport_failure_reason" ->
          upstream == null ? null : upstream.transportFailureReason();
      default -> null;
    };
  }

  private @Nullable Object configuration(String name) {
    return switch (name) {
      case "cluster_name" -> info().upstreamCluster();
      case "route_name" -> info().routeName();
      case "filter_chain_name" -> info().connection().filterChainName();
      case "listener_direction" -> (long) info().connection().direction().ordinal();
      default -> null;
    };
  }

  private static @Nullable String protocol(@Nullable Protocol protocol) {
    return protocol == null ? null : protocol.text();
  }
}
