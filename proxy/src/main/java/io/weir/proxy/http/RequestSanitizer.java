package io.weir.proxy.http;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a request's headers fit to be trusted: drops hop-by-hop headers and what only this proxy
 * may say, adds where the request came from. Envoy's {@code mutateRequestHeaders}. Immutable.
 */
final class RequestSanitizer {
  private static final HeaderName[] INTERNAL_ONLY = {
    HeaderName.X_ENVOY_RETRIABLE_STATUS_CODES,
    HeaderName.X_ENVOY_RETRIABLE_HEADER_NAMES,
    HeaderName.X_ENVOY_RETRY_ON,
    HeaderName.X_ENVOY_RETRY_GRPC_ON,
    HeaderName.X_ENVOY_MAX_RETRIES,
    HeaderName.X_ENVOY_UPSTREAM_ALT_STAT_NAME,
    HeaderName.X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS,
    HeaderName.X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS,
    HeaderName.X_ENVOY_UPSTREAM_RQ_TIMEOUT_ALT_RESPONSE,
    HeaderName.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
    HeaderName.X_ENVOY_FORCE_TRACE,
    HeaderName.X_ENVOY_IP_TAGS,
    HeaderName.X_ENVOY_ORIGINAL_URL,
    HeaderName.X_ENVOY_HEDGE_ON_PER_TRY_TIMEOUT,
    HeaderName.X_ENVOY_UPSTREAM_STREAM_DURATION_MS
  };

  private final ForwardingOptions options;

  RequestSanitizer(ForwardingOptions options) {
    this.options = options;
  }

  /**
   * Edits the headers in place.
   *
   * @param upgrade whether Connection and Upgrade stay
   * @param internalOnly further headers that external requests may not bring
   * @return the client's address where it is not the connection's peer, otherwise null
   */
  @Nullable InetAddress apply(
      HeaderMap headers,
      ConnectionInfo connection,
      Worker worker,
      boolean upgrade,
      List<HeaderName> internalOnly) {
    hopByHop(headers, upgrade);
    boolean tls = connection.secure();
    InetAddress peer = address(connection);
    InetAddress client = null;
    boolean mayBeInternal = false;
    if (options.useRemoteAddress()) {
      mayBeInternal = !headers.contains(HeaderName.X_FORWARDED_FOR);
      if (options.trustedHops() > 0) {
        client = ForwardedFor.fromEnd(headers, options.trustedHops() - 1);
      }
      if (client == null) {
        client = peer;
      }
      if (!options.skipAppend() && peer != null) {
        append(headers, peer);
      }
      if (options.trustedHops() == 0 || !headers.contains(HeaderName.X_FORWARDED_PROTO)) {
        headers.set(HeaderName.X_FORWARDED_PROTO, tls ? "https" : "http");
      }
      if (options.appendPort()
          && (options.trustedHops() == 0 || !headers.contains(HeaderName.X_FORWARDED_PORT))) {
        setPort(headers, connection);
      }
    } else {
      List<ClientDetector> detectors = options.detectors();
      if (detectors.isEmpty()) {
        client = ForwardedFor.fromEnd(headers, options.trustedHops());
        mayBeInternal = options.trustedHops() == 0 && ForwardedFor.single(headers);
      }
      for (int i = 0; i < detectors.size() && client == null; i++) {
        ClientDetector detector = detectors.get(i);
        client = detector.find(headers, peer);
        mayBeInternal = client != null && detector.trusted(headers);
        if (peer != null && detector.appends(peer)) {
          append(headers, peer);
        }
      }
      if (!headers.contains(HeaderName.X_FORWARDED_PROTO)) {
        headers.add(HeaderName.X_FORWARDED_PROTO, tls ? "https" : "http");
      }
      if (options.appendPort() && !headers.contains(HeaderName.X_FORWARDED_PORT)) {
        setPort(headers, connection);
      }
    }
    boolean internal = mayBeInternal && options.internal(client);
    boolean edge = !internal && options.useRemoteAddress();
    trust(headers, internal, edge, internalOnly);
    scheme(headers, tls);
    identify(headers, worker, edge, client == null ? peer : client);
    ClientCertificateHeader.apply(headers, connection.tls(), options.clientCertificate());
    return client == null || client.equals(peer) ? null : client;
  }

  private void append(HeaderMap headers, InetAddress peer) {
    InetAddress shown = peer.isLoopbackAddress() ? options.localAddress() : peer;
    ForwardedFor.append(headers, shown, options.ipv4AsMapped());
  }

  /**
   * The status that refuses a request which does not tell its client's address; 0 for none. To be
   * asked before {@link #apply}.
   */
  int refusal(HeaderMap headers, ConnectionInfo connection) {
    List<ClientDetector> detectors = options.detectors();
    for (int i = 0; i < detectors.size(); i++) {
      ClientDetector detector = detectors.get(i);
      if (detector.find(headers, address(connection)) != null) {
        return 0;
      }
      if (detector.refusal() != 0) {
        return detector.refusal();
      }
    }
    return 0;
  }

  private static void hopByHop(HeaderMap headers, boolean upgrade) {
    if (!upgrade) {
      headers.remove(HeaderName.CONNECTION);
      headers.remove(HeaderName.UPGRADE);
    }
    headers.remove(HeaderName.KEEP_ALIVE);
    headers.remove(HeaderName.PROXY_CONNECTION);
    headers.remove(HeaderName.TRANSFER_ENCODING);
    headers.remove(HeaderName.X_ENVOY_INTERNAL);
    int te = headers.find(HeaderName.TE);
    if (te >= 0) {
      if (mentionsTrailers(headers)) {
        headers.set(HeaderName.TE, "trailers");
      } else {
        headers.remove(HeaderName.TE);
      }
    }
  }

  private static boolean mentionsTrailers(HeaderMap headers) {
    for (int e = headers.find(HeaderName.TE); e >= 0; e = headers.find(HeaderName.TE, e)) {
      for (String token : headers.value(e).split(",", -1)) {
        if (token.strip().equals("trailers")) {
          return true;
        }
      }
    }
    return false;
  }

  private void trust(HeaderMap headers, boolean internal, boolean edge, List<HeaderName> more) {
    if (internal) {
      headers.set(HeaderName.X_ENVOY_INTERNAL, "true");
    } else {
      if (edge) {
        headers.remove(HeaderName.X_ENVOY_DECORATOR_OPERATION);
        headers.remove(HeaderName.X_ENVOY_DOWNSTREAM_SERVICE_CLUSTER);
        headers.remove(HeaderName.X_ENVOY_DOWNSTREAM_SERVICE_NODE);
        headers.remove(HeaderName.X_ENVOY_ORIGINAL_PATH);
      }
      for (HeaderName name : INTERNAL_ONLY) {
        headers.remove(name);
      }
      for (int i = 0; i < more.size(); i++) {
        headers.remove(more.get(i));
      }
    }
    if (!options.serviceCluster().isEmpty()) {
      headers.set(HeaderName.X_ENVOY_DOWNSTREAM_SERVICE_CLUSTER, options.serviceCluster());
      int agent = headers.find(HeaderName.USER_AGENT);
      if (agent < 0 || headers.valueLength(agent) == 0) {
        headers.set(HeaderName.USER_AGENT, options.serviceCluster());
      }
      if (!options.serviceNode().isEmpty()) {
        headers.set(HeaderName.X_ENVOY_DOWNSTREAM_SERVICE_NODE, options.serviceNode());
      }
    }
  }

  /** The scheme: of the target, else as the trusted hop before says, else the transport's. */
  private void scheme(HeaderMap headers, boolean tls) {
    if (!options.schemeOverwrite().isEmpty()) {
      headers.set(HeaderName.SCHEME, options.schemeOverwrite());
      headers.set(HeaderName.X_FORWARDED_PROTO, options.schemeOverwrite());
      return;
    }
    int scheme = headers.find(HeaderName.SCHEME);
    if (scheme >= 0 && headers.valueLength(scheme) > 0) {
      return;
    }
    int proto = headers.find(HeaderName.X_FORWARDED_PROTO);
    boolean https =
        headers.valueEqualsIgnoreCase(proto, "https")
            || tls && !headers.valueEqualsIgnoreCase(proto, "http");
    headers.set(HeaderName.SCHEME, https ? "https" : "http");
  }

  private void identify(
      HeaderMap headers, Worker worker, boolean edge, @Nullable InetAddress client) {
    if (!options.via().isEmpty()) {
      appendVia(headers, options.via());
    }
    if (edge && client != null) {
      headers.set(
          HeaderName.X_ENVOY_EXTERNAL_ADDRESS, ForwardedFor.text(client, options.ipv4AsMapped()));
    }
    if (options.generateRequestId()) {
      int id = headers.find(HeaderName.X_REQUEST_ID);
      if (id < 0 || headers.valueLength(id) == 0 || edge && !options.preserveExternalRequestId()) {
        worker.local(RequestIds.LOCAL).set(headers, worker);
      }
    }
  }

  static void appendVia(HeaderMap headers, String via) {
    int entry = headers.find(HeaderName.VIA);
    if (entry < 0) {
      headers.add(HeaderName.VIA, via);
    } else {
      headers.setValue(entry, headers.value(entry) + ", " + via);
    }
  }

  private static void setPort(HeaderMap headers, ConnectionInfo connection) {
    if (connection.localAddress() instanceof InetSocketAddress local) {
      headers.set(HeaderName.X_FORWARDED_PORT, local.getPort());
    }
  }

  private static @Nullable InetAddress address(ConnectionInfo connection) {
    return connection.remoteAddress() instanceof InetSocketAddress remote
        ? remote.getAddress()
        : null;
  }
}
