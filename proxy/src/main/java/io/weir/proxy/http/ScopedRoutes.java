package io.weir.proxy.http;

import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.route.RouteTable;
import io.weir.proxy.worker.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code scoped_routes}: which route table a request uses is said by a key made from its headers.
 * Immutable, shared by all workers.
 *
 * @param fragments how each part of the key is found
 * @param scopes the tables by key
 */
record ScopedRoutes(List<Fragment> fragments, Map<List<String>, Scope> scopes) {

  ScopedRoutes {
    fragments = List.copyOf(fragments);
    scopes = Map.copyOf(new HashMap<>(scopes));
  }

  /** A scope's table: given with it, or delivered by RDS. */
  record Scope(@Nullable RouteTable inline, @Nullable Slot<RouteTable> dynamic) {
    @Nullable RouteTable current(Worker worker) {
      return dynamic == null ? inline : dynamic.get(worker);
    }
  }

  /**
   * {@code header_value_extractor}.
   *
   * @param separator between the header's elements; empty when its value is one element
   * @param index of the element, when {@code key} is null
   * @param key of the element that is a pair
   * @param keySeparator between key and value of the pair
   */
  record Fragment(
      HeaderName header, String separator, int index, @Nullable String key, String keySeparator) {

    @Nullable String of(HeaderMap headers) {
      int entry = headers.find(header);
      if (entry < 0) {
        return null;
      }
      String value = headers.value(entry);
      int from = 0;
      for (int i = 0; from <= value.length(); i++) {
        int found = separator.isEmpty() ? -1 : value.indexOf(separator, from);
        int end = found < 0 ? value.length() : found;
        if (key == null) {
          if (i == index) {
            return value.substring(from, end);
          }
        } else if (pairFits(value, from, end, key)) {
          return value.substring(Math.min(end, from + key.length() + keySeparator.length()), end);
        }
        if (found < 0) {
          return null;
        }
        from = end + separator.length();
      }
      return null;
    }

    /** A key alone is a pair without a value. */
    private boolean pairFits(String value, int from, int end, String wanted) {
      int after = from + wanted.length();
      return after <= end
          && value.startsWith(wanted, from)
          && (after == end
              || after + keySeparator.length() <= end && value.startsWith(keySeparator, after));
    }
  }

  /** The table for a request; null when no scope fits. */
  @Nullable RouteTable current(HeaderMap headers, Worker worker) {
    String[] key = new String[fragments.size()];
    for (int i = 0; i < key.length; i++) {
      String part = fragments.get(i).of(headers);
      if (part == null) {
        return null;
      }
      key[i] = part;
    }
    Scope scope = scopes.get(List.of(key));
    return scope == null ? null : scope.current(worker);
  }

  /** Prepares the tables on a worker. */
  void openWorker(Worker worker) {
    for (Scope scope : scopes.values()) {
      if (scope.inline != null) {
        scope.inline.openWorker(worker);
      }
    }
  }

  void close() {
    for (Scope scope : scopes.values()) {
      if (scope.inline != null) {
        scope.inline.close();
      }
    }
  }
}
