package io.weir.proxy.router;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code strict_check_headers}: refuses requests whose steering headers are malformed. */
final class StrictHeaders {
  private StrictHeaders() {}

  /** The first header that is malformed, or null. */
  static @Nullable HeaderName firstInvalid(List<HeaderName> names, HeaderMap headers) {
    for (int i = 0; i < names.size(); i++) {
      HeaderName name = names.get(i);
      int entry = headers.find(name);
      if (entry >= 0 && !valid(name, headers, entry)) {
        return name;
      }
    }
    return null;
  }

  private static boolean valid(HeaderName name, HeaderMap headers, int entry) {
    if (name.equals(HeaderName.X_ENVOY_RETRY_ON) || name.equals(EnvoyHeaders.RETRY_GRPC_ON)) {
      for (String condition : headers.value(entry).split(",", -1)) {
        if (RetryConditions.parseOne(condition.strip()) == 0) {
          return false;
        }
      }
      return true;
    }
    return headers.valueAsLong(entry) >= 0;
  }
}
