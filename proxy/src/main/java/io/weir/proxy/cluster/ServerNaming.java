package io.weir.proxy.cluster;

import io.netty.util.NetUtil;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.tls.UpstreamTransportSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the server name of an upstream connection follows from the request that needs it ({@code
 * upstream_http_protocol_options}). Immutable.
 *
 * @param sni whether the request's host is sent as SNI
 * @param verify whether the host's certificate must have that name
 * @param header whose value counts instead of the host; empty for none
 */
public record ServerNaming(boolean sni, boolean verify, String header) {
  /** Requests have no say. */
  public static final ServerNaming FIXED = new ServerNaming(false, false, "");

  /** What a connection for the request asks of TLS. */
  public UpstreamTransportSocket.Options options(@Nullable HeaderMap request) {
    if (request == null) {
      return UpstreamTransportSocket.Options.NONE;
    }
    String host = header.isEmpty() ? null : request.get(header);
    if (host == null || host.isEmpty()) {
      host = request.get(HeaderName.AUTHORITY);
    }
    if (host == null || host.isEmpty()) {
      return UpstreamTransportSocket.Options.NONE;
    }
    String name = withoutPort(host);
    boolean address = NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
    return new UpstreamTransportSocket.Options(
        sni && !address ? name : null, verify ? List.of(name) : List.of(), List.of(), false);
  }

  private static String withoutPort(String host) {
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      return end < 0 ? host : host.substring(1, end);
    }
    int colon = host.lastIndexOf(':');
    return colon < 0 || host.indexOf(':') != colon ? host : host.substring(0, colon);
  }
}
