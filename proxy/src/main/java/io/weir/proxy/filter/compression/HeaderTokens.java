package io.weir.proxy.filter.compression;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** Lists in header values. */
public final class HeaderTokens {
  private HeaderTokens() {}

  /** Whether one of the comma-separated items is {@code token}, case ignored. */
  public static boolean contains(HeaderMap headers, HeaderName name, String token) {
    for (int e = headers.find(name); e >= 0; e = headers.find(name, e)) {
      if (contains(headers.value(e), token)) {
        return true;
      }
    }
    return false;
  }

  public static boolean contains(String list, String token) {
    int start = 0;
    while (start <= list.length()) {
      int comma = list.indexOf(',', start);
      int end = comma < 0 ? list.length() : comma;
      if (list.substring(start, end).strip().equalsIgnoreCase(token)) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }
}
