package io.weir.filter.http;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A header name, lower-cased, with its bytes and hash ready. Names that the proxy itself uses are
 * constants here and have an id; others are made at load time, never per request.
 */
public final class HeaderName {
  private static final Map<String, HeaderName> KNOWN = new HashMap<>();
  private static HeaderName[] byId = new HeaderName[64];
  private static int knownCount;

  public static final HeaderName AUTHORITY = known(":authority");
  public static final HeaderName METHOD = known(":method");
  public static final HeaderName PATH = known(":path");
  public static final HeaderName SCHEME = known(":scheme");
  public static final HeaderName STATUS = known(":status");
  public static final HeaderName PROTOCOL = known(":protocol");
  public static final HeaderName HOST = known("host");
  public static final HeaderName CONNECTION = known("connection");
  public static final HeaderName CONTENT_LENGTH = known("content-length");
  public static final HeaderName CONTENT_TYPE = known("content-type");
  public static final HeaderName TRANSFER_ENCODING = known("transfer-encoding");
  public static final HeaderName UPGRADE = known("upgrade");
  public static final HeaderName EXPECT = known("expect");
  public static final HeaderName TE = known("te");
  public static final HeaderName KEEP_ALIVE = known("keep-alive");
  public static final HeaderName PROXY_CONNECTION = known("proxy-connection");
  public static final HeaderName DATE = known("date");
  public static final HeaderName SERVER = known("server");
  public static final HeaderName VIA = known("via");
  public static final HeaderName LOCATION = known("location");
  public static final HeaderName COOKIE = known("cookie");
  public static final HeaderName SET_COOKIE = known("set-cookie");
  public static final HeaderName ACCEPT = known("accept");
  public static final HeaderName ACCEPT_ENCODING = known("accept-encoding");
  public static final HeaderName AUTHORIZATION = known("authorization");
  public static final HeaderName USER_AGENT = known("user-agent");
  public static final HeaderName REFERER = known("referer");
  public static final HeaderName ORIGIN = known("origin");
  public static final HeaderName X_FORWARDED_FOR = known("x-forwarded-for");
  public static final HeaderName X_FORWARDED_PROTO = known("x-forwarded-proto");
  public static final HeaderName X_FORWARDED_HOST = known("x-forwarded-host");
  public static final HeaderName X_FORWARDED_PORT = known("x-forwarded-port");
  public static final HeaderName X_FORWARDED_CLIENT_CERT = known("x-forwarded-client-cert");
  public static final HeaderName X_REQUEST_ID = known("x-request-id");
  public static final HeaderName X_ENVOY_EXTERNAL_ADDRESS = known("x-envoy-external-address");
  public static final HeaderName X_ENVOY_INTERNAL = known("x-envoy-internal");
  public static final HeaderName X_ENVOY_ORIGINAL_PATH = known("x-envoy-original-path");
  public static final HeaderName X_ENVOY_EXPECTED_RQ_TIMEOUT_MS =
      known("x-envoy-expected-rq-timeout-ms");
  public static final HeaderName X_ENVOY_UPSTREAM_SERVICE_TIME =
      known("x-envoy-upstream-service-time");
  public static final HeaderName X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS =
      known("x-envoy-upstream-rq-timeout-ms");
  public static final HeaderName X_ENVOY_RETRY_ON = known("x-envoy-retry-on");
  public static final HeaderName X_ENVOY_MAX_RETRIES = known("x-envoy-max-retries");
  public static final HeaderName X_ENVOY_ATTEMPT_COUNT = known("x-envoy-attempt-count");
  public static final HeaderName X_ENVOY_OVERLOADED = known("x-envoy-overloaded");
  public static final HeaderName X_ENVOY_DECORATOR_OPERATION = known("x-envoy-decorator-operation");
  public static final HeaderName GRPC_STATUS = known("grpc-status");
  public static final HeaderName GRPC_MESSAGE = known("grpc-message");
  public static final HeaderName GRPC_TIMEOUT = known("grpc-timeout");

  private final String text;
  private final byte[] bytes;
  private final int hash;
  private final int id;

  private HeaderName(String text, int id) {
    this.text = text;
    this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    this.hash = hash(bytes, 0, bytes.length);
    this.id = id;
  }

  private static HeaderName known(String text) {
    var name = new HeaderName(text, knownCount);
    KNOWN.put(text, name);
    byId[knownCount++] = name;
    return name;
  }

  /** The name for {@code text}, lower-cased; the constant if it is a known one. */
  public static HeaderName of(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    HeaderName known = KNOWN.get(lower);
    return known != null ? known : new HeaderName(lower, -1);
  }

  /** The number of known names; ids run from 0 to this − 1. */
  public static int knownCount() {
    return knownCount;
  }

  static HeaderName byId(int id) {
    return byId[id];
  }

  /** Index among the known names, or −1. */
  public int id() {
    return id;
  }

  /** The length in bytes. */
  public int length() {
    return bytes.length;
  }

  /** The name's Latin-1 bytes. Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  int hash() {
    return hash;
  }

  /** The hash that a {@link HeaderMap} keeps of each name. */
  static int hash(byte[] bytes, int offset, int length) {
    // Length, both ends and the middle tell real header names apart; equality is checked after.
    if (length == 0) {
      return 0;
    }
    int h = length * 31 + bytes[offset];
    h = h * 31 + bytes[offset + length - 1];
    h = h * 31 + bytes[offset + (length >> 1)];
    return h * 31 + bytes[offset + (length >> 2)];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeaderName name && name.text.equals(text);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return text;
  }
}
