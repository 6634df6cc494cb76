package io.weir.proxy.formatter;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.Set;

/**
 * Headers of which a message has one: a value that is added joins the one that is there. These are
 * Envoy's inline headers, so that additions look the same to upstreams and clients.
 */
public final class InlineHeaders {
  private static final Set<String> JOINED =
      Set.of(
          ":authority",
          ":method",
          ":path",
          ":scheme",
          ":protocol",
          ":status",
          "accept",
          "accept-encoding",
          "access-control-allow-credentials",
          "access-control-allow-headers",
          "access-control-allow-methods",
          "access-control-allow-origin",
          "access-control-allow-private-network",
          "access-control-expose-headers",
          "access-control-max-age",
          "access-control-request-headers",
          "access-control-request-method",
          "access-control-request-private-network",
          "authentication",
          "authorization",
          "cache-control",
          "cdn-loop",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "date",
          "etag",
          "expect",
          "expires",
          "forwarded",
          "grpc-accept-encoding",
          "grpc-message",
          "grpc-status",
          "grpc-timeout",
          "host",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "keep-alive",
          "last-modified",
          "location",
          "origin",
          "pragma",
          "proxy-connection",
          "referer",
          "server",
          "te",
          "transfer-encoding",
          "upgrade",
          "user-agent",
          "vary",
          "via",
          "x-client-trace-id",
          "x-forwarded-client-cert",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-proto",
          "x-request-id");

  private InlineHeaders() {}

  /** Whether a message has at most one header of that name. */
  public static boolean joins(HeaderName name) {
    String text = name.toString();
    return JOINED.contains(text) || text.startsWith("x-envoy-");
  }

  /**
   * Adds a value as Envoy's header map does: as an entry of its own, or joined by a comma to what
   * an inline header has.
   *
   * @param joins {@link #joins} of the name
   */
  public static void add(
      HeaderMap headers, HeaderName name, boolean joins, byte[] value, int start, int length) {
    int entry = joins ? headers.find(name) : -1;
    if (entry < 0) {
      headers.add(name, value, start, length);
      return;
    }
    int old = headers.valueLength(entry);
    byte[] joined = new byte[old + 1 + length];
    System.arraycopy(headers.bytes(), headers.valueStart(entry), joined, 0, old);
    joined[old] = ',';
    System.arraycopy(value, start, joined, old + 1, length);
    headers.setValue(entry, joined, 0, joined.length);
  }
}
