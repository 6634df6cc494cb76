package io.weir.wasm.abi;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Header maps as guests know them from Envoy: a name in whatever case, {@code host} as another name
 * of {@code :authority}, and one entry for each field that Envoy keeps inline, repetitions joined
 * by a comma. One per VM; names given to it may lie in the guest's memory.
 */
public final class GuestFields {
  private static final HeaderName HOST = HeaderName.of("host");

  private static final Set<HeaderName> REQUEST =
      names(
          ":authority :method :path :protocol :scheme accept accept-encoding"
              + " access-control-request-headers access-control-request-method authentication"
              + " authorization cache-control connection content-encoding content-length"
              + " content-type expect grpc-accept-encoding grpc-timeout if-match"
              + " if-modified-since if-none-match keep-alive origin pragma proxy-connection"
              + " proxy-status referer te transfer-encoding upgrade user-agent via"
              + " x-client-trace-id x-envoy-attempt-count x-envoy-decorator-operation"
              + " x-envoy-downstream-service-cluster x-envoy-expected-rq-timeout-ms"
              + " x-envoy-external-address x-envoy-force-trace x-envoy-hedge-on-per-try-timeout"
              + " x-envoy-internal x-envoy-ip-tags x-envoy-is-timeout-retry x-envoy-max-retries"
              + " x-envoy-original-path x-envoy-retry-grpc-on x-envoy-retry-on"
              + " x-envoy-upstream-alt-stat-name x-envoy-upstream-rq-per-try-timeout-ms"
              + " x-envoy-upstream-rq-timeout-ms x-forwarded-client-cert x-forwarded-for"
              + " x-forwarded-host x-forwarded-port x-forwarded-proto x-request-id");
  private static final Set<HeaderName> RESPONSE =
      names(
          ":status access-control-allow-origin age cache-control connection content-encoding"
              + " content-length content-type date etag expires grpc-message grpc-status"
              + " keep-alive last-modified location proxy-connection proxy-status server"
              + " transfer-encoding upgrade vary via x-envoy-attempt-count"
              + " x-envoy-decorator-operation x-envoy-degraded"
              + " x-envoy-immediate-health-check-fail x-envoy-upstream-canary"
              + " x-envoy-upstream-healthchecked-cluster x-envoy-upstream-service-time"
              + " x-request-id");
  private static final Set<HeaderName> RESPONSE_TRAILERS = names("grpc-message grpc-status");

  private byte[] lowered = new byte[64];

  private static Set<HeaderName> names(String text) {
    var names = new HashSet<HeaderName>();
    for (String name : text.split(" ", -1)) {
      names.add(HeaderName.of(name));
    }
    return Set.copyOf(names);
  }

  /** The next entry of that name after {@code after}, or −1. */
  int find(HeaderMap map, int type, byte[] source, int at, int length, int after) {
    if (host(type, source, at, length)) {
      return map.find(HeaderName.AUTHORITY, after);
    }
    for (int i = at; i < at + length; i++) {
      if (source[i] >= 'A' && source[i] <= 'Z') {
        return map.find(lower(source, at, length), 0, length, after);
      }
    }
    return map.find(source, at, length, after);
  }

  /** Adds a field, or its value to the field that is there. */
  void add(
      HeaderMap map,
      int type,
      byte[] name,
      int nameAt,
      int nameLength,
      byte[] value,
      int valueAt,
      int valueLength) {
    int first = find(map, type, name, nameAt, nameLength, -1);
    if (first >= 0 && inline(map, type, first)) {
      join(map, first, value, valueAt, valueLength);
    } else if (host(type, name, nameAt, nameLength)) {
      map.add(HeaderName.AUTHORITY, value, valueAt, valueLength);
    } else {
      map.add(name, nameAt, nameLength, value, valueAt, valueLength);
    }
  }

  /** Sets a field to one value; a pseudo-header stays in front of the others. */
  void replace(
      HeaderMap map,
      int type,
      byte[] name,
      int nameAt,
      int nameLength,
      byte[] value,
      int valueAt,
      int valueLength) {
    int entry = find(map, type, name, nameAt, nameLength, -1);
    if (entry >= 0 && map.bytes()[map.nameStart(entry)] == ':') {
      map.setValue(entry, value, valueAt, valueLength);
      remove(map, type, name, nameAt, nameLength, entry);
    } else {
      remove(map, type, name, nameAt, nameLength, -1);
      add(map, type, name, nameAt, nameLength, value, valueAt, valueLength);
    }
  }

  /** Removes what has that name behind {@code after}. */
  void remove(HeaderMap map, int type, byte[] name, int at, int length, int after) {
    int entry = find(map, type, name, at, length, after);
    while (entry >= 0) {
      map.removeEntry(entry);
      entry = find(map, type, name, at, length, entry);
    }
  }

  /** Adds all fields of a map that a guest made. */
  public void addAll(HeaderMap source, HeaderMap target, int type) {
    for (int e = source.first(); e >= 0; e = source.next(e)) {
      add(
          target,
          type,
          source.bytes(),
          source.nameStart(e),
          source.nameLength(e),
          source.bytes(),
          source.valueStart(e),
          source.valueLength(e));
    }
  }

  private static boolean host(int type, byte[] name, int at, int length) {
    return type == MapType.REQUEST_HEADERS
        && length == 4
        && (name[at] | 0x20) == 'h'
        && (name[at + 1] | 0x20) == 'o'
        && (name[at + 2] | 0x20) == 's'
        && (name[at + 3] | 0x20) == 't';
  }

  private static boolean inline(HeaderMap map, int type, int entry) {
    HeaderName name = HeaderName.of(map.name(entry));
    return switch (type) {
      case MapType.REQUEST_HEADERS -> REQUEST.contains(name);
      case MapType.RESPONSE_HEADERS -> RESPONSE.contains(name);
      case MapType.RESPONSE_TRAILERS -> RESPONSE_TRAILERS.contains(name);
      default -> false;
    };
  }

  private static void join(HeaderMap map, int entry, byte[] value, int at, int length) {
    int there = map.valueLength(entry);
    if (length == 0) {
      return;
    }
    if (there == 0) {
      map.setValue(entry, value, at, length);
      return;
    }
    byte[] both = new byte[there + 1 + length];
    System.arraycopy(map.bytes(), map.valueStart(entry), both, 0, there);
    both[there] = ',';
    System.arraycopy(value, at, both, there + 1, length);
    map.setValue(entry, both, 0, both.length);
  }

  private byte[] lower(byte[] source, int at, int length) {
    if (lowered.length < length) {
      lowered = Arrays.copyOf(lowered, length);
    }
    for (int i = 0; i < length; i++) {
      byte b = source[at + i];
      lowered[i] = b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }
    return lowered;
  }

  /** The field that a name means in a request's properties. */
  public static HeaderName ofRequest(String name) {
    HeaderName known = HeaderName.of(name);
    return known.equals(HOST) ? HeaderName.AUTHORITY : known;
  }
}
