package io.weir.filter.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A header name, lower-cased, with its bytes and hash ready. Names that the proxy itself uses are
 * constants here and have an id; others are made at load time, never per request.
 */
public final class HeaderName {
  private static final Map<String, HeaderName> KNOWN = new HashMap<>();
  private static final int TABLE_SIZE = 512;
  private static final HeaderName[] BY_ID = new HeaderName[128];
  // Known names by hash, open addressing; at most a quarter full.
  private static final @Nullable HeaderName[] BY_HASH = new HeaderName[TABLE_SIZE];
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
  public static final HeaderName TRAILER = known("trailer");
  public static final HeaderName FORWARDED = known("forwarded");
  public static final HeaderName CACHE_CONTROL = known("cache-control");
  public static final HeaderName ACCEPT_LANGUAGE = known("accept-language");
  public static final HeaderName ETAG = known("etag");
  public static final HeaderName LAST_MODIFIED = known("last-modified");
  public static final HeaderName CONTENT_ENCODING = known("content-encoding");
  public static final HeaderName VARY = known("vary");
  public static final HeaderName EXPIRES = known("expires");
  public static final HeaderName PRAGMA = known("pragma");
  public static final HeaderName IF_MATCH = known("if-match");
  public static final HeaderName IF_NONE_MATCH = known("if-none-match");
  public static final HeaderName IF_MODIFIED_SINCE = known("if-modified-since");
  public static final HeaderName IF_UNMODIFIED_SINCE = known("if-unmodified-since");
  public static final HeaderName IF_RANGE = known("if-range");
  public static final HeaderName ACCESS_CONTROL_REQUEST_METHOD =
      known("access-control-request-method");
  public static final HeaderName ACCESS_CONTROL_REQUEST_HEADERS =
      known("access-control-request-headers");
  public static final HeaderName PROXY_AUTHORIZATION = known("proxy-authorization");
  public static final HeaderName HTTP2_SETTINGS = known("http2-settings");
  public static final HeaderName X_CLIENT_TRACE_ID = known("x-client-trace-id");
  public static final HeaderName X_ENVOY_DOWNSTREAM_SERVICE_CLUSTER =
      known("x-envoy-downstream-service-cluster");
  public static final HeaderName X_ENVOY_DOWNSTREAM_SERVICE_NODE =
      known("x-envoy-downstream-service-node");
  public static final HeaderName X_ENVOY_FORCE_TRACE = known("x-envoy-force-trace");
  public static final HeaderName X_ENVOY_HEDGE_ON_PER_TRY_TIMEOUT =
      known("x-envoy-hedge-on-per-try-timeout");
  public static final HeaderName X_ENVOY_IP_TAGS = known("x-envoy-ip-tags");
  public static final HeaderName X_ENVOY_ORIGINAL_URL = known("x-envoy-original-url");
  public static final HeaderName X_ENVOY_RETRY_GRPC_ON = known("x-envoy-retry-grpc-on");
  public static final HeaderName X_ENVOY_RETRIABLE_STATUS_CODES =
      known("x-envoy-retriable-status-codes");
  public static final HeaderName X_ENVOY_RETRIABLE_HEADER_NAMES =
      known("x-envoy-retriable-header-names");
  public static final HeaderName X_ENVOY_UPSTREAM_ALT_STAT_NAME =
      known("x-envoy-upstream-alt-stat-name");
  public static final HeaderName X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS =
      known("x-envoy-upstream-rq-per-try-timeout-ms");
  public static final HeaderName X_ENVOY_UPSTREAM_RQ_TIMEOUT_ALT_RESPONSE =
      known("x-envoy-upstream-rq-timeout-alt-response");
  public static final HeaderName X_ENVOY_UPSTREAM_STREAM_DURATION_MS =
      known("x-envoy-upstream-stream-duration-ms");

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
    BY_ID[knownCount++] = name;
    int slot = slot(name.hash);
    while (BY_HASH[slot] != null) {
      slot = (slot + 1) & (TABLE_SIZE - 1);
    }
    BY_HASH[slot] = name;
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

  /** The known name of that id. */
  public static HeaderName byId(int id) {
    return BY_ID[id];
  }

  /** The id of the known name with these bytes, whose {@link #hash} is given, or −1. */
  static int knownId(int hash, byte[] source, int offset, int length) {
    for (int slot = slot(hash); ; slot = (slot + 1) & (TABLE_SIZE - 1)) {
      HeaderName name = BY_HASH[slot];
      if (name == null) {
        return -1;
      }
      if (name.hash == hash
          && Arrays.equals(name.bytes, 0, name.bytes.length, source, offset, offset + length)) {
        return name.id;
      }
    }
  }

  /** The id of the known name with these lower-case bytes, or −1. */
  public static int knownId(byte[] source, int offset, int length) {
    return knownId(hash(source, offset, length), source, offset, length);
  }

  private static int slot(int hash) {
    int mixed = hash * 0x9E3779B1;
    return mixed >>> 23;
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
