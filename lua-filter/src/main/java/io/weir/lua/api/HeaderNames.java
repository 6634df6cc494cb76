package io.weir.lua.api;

import io.weir.lua.engine.LuaString;
import java.util.HashSet;
import java.util.Set;

/**
 * Header names as Envoy's header map treats them. Names that it keeps once only take a second value
 * into the first one, joined by a comma; observed on Envoy 1.40, one set for each direction.
 */
final class HeaderNames {
  static final LuaString AUTHORITY = LuaString.of(":authority");
  static final LuaString HOST = LuaString.of("host");

  static final Set<LuaString> SINGLE_IN_REQUESTS =
      set(
          """
          :authority :path :method :scheme :protocol host accept accept-encoding
          access-control-request-headers access-control-request-method
          access-control-request-private-network authorization cache-control connection
          content-encoding content-length content-type expect if-match if-none-match
          if-modified-since if-unmodified-since if-range keep-alive origin pragma
          proxy-connection proxy-status referer te transfer-encoding upgrade user-agent via
          x-client-trace-id x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto
          x-forwarded-client-cert x-request-id x-envoy-attempt-count
          x-envoy-decorator-operation x-envoy-downstream-service-cluster
          x-envoy-downstream-service-node x-envoy-expected-rq-timeout-ms
          x-envoy-external-address x-envoy-force-trace x-envoy-hedge-on-per-try-timeout
          x-envoy-internal x-envoy-ip-tags x-envoy-is-timeout-retry x-envoy-max-retries
          x-envoy-original-path x-envoy-original-host x-envoy-retriable-header-names
          x-envoy-retriable-status-codes x-envoy-retry-grpc-on x-envoy-retry-on
          x-envoy-upstream-alt-stat-name x-envoy-upstream-rq-per-try-timeout-ms
          x-envoy-upstream-rq-timeout-alt-response x-envoy-upstream-rq-timeout-ms
          x-envoy-upstream-stream-duration-ms grpc-timeout grpc-accept-encoding authentication
          """);

  static final Set<LuaString> SINGLE_IN_RESPONSES =
      set(
          """
          :status access-control-allow-origin access-control-allow-headers
          access-control-allow-methods access-control-allow-credentials
          access-control-expose-headers access-control-max-age
          access-control-allow-private-network cache-control connection content-encoding
          content-length content-type date expires etag keep-alive last-modified location
          proxy-connection proxy-status server transfer-encoding upgrade vary via x-request-id
          x-envoy-attempt-count x-envoy-decorator-operation x-envoy-degraded
          x-envoy-immediate-health-check-fail x-envoy-ratelimited x-envoy-upstream-canary
          x-envoy-upstream-healthchecked-cluster x-envoy-upstream-service-time grpc-status
          grpc-message age
          """);

  private HeaderNames() {}

  private static Set<LuaString> set(String names) {
    var set = new HashSet<LuaString>();
    for (String name : names.split("\\s+", -1)) {
      if (!name.isEmpty()) {
        set.add(LuaString.of(name));
      }
    }
    return set;
  }

  /** A name as the map keeps it: ASCII letters in lower case. */
  static LuaString lower(LuaString name) {
    byte[] bytes = name.bytes();
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b >= 'A' && b <= 'Z') {
        byte[] lower = bytes.clone();
        for (int j = 0; j < lower.length; j++) {
          if (lower[j] >= 'A' && lower[j] <= 'Z') {
            lower[j] += 32;
          }
        }
        return LuaString.own(lower);
      }
    }
    return name;
  }

  /** Whether bytes hold a line break, which would split a message. */
  static boolean broken(LuaString text) {
    for (byte b : text.bytes()) {
      if (b == '\r' || b == '\n') {
        return true;
      }
    }
    return false;
  }
}
