package io.weir.proxy.matcher;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads cookies of a request. */
public final class Cookies {
  private Cookies() {}

  /** The value of the first cookie of that name, quotes taken off; null when there is none. */
  public static @Nullable String get(HeaderMap headers, String name) {
    for (int e = headers.find(HeaderName.COOKIE); e >= 0; e = headers.find(HeaderName.COOKIE, e)) {
      byte[] bytes = headers.bytes();
      int at = headers.valueStart(e);
      int end = at + headers.valueLength(e);
      while (at < end) {
        int stop = at;
        while (stop < end && bytes[stop] != ';') {
          stop++;
        }
        String value = value(bytes, at, stop, name);
        if (value != null) {
          return value;
        }
        at = stop + 1;
      }
    }
    return null;
  }

  private static @Nullable String value(byte[] bytes, int from, int end, String name) {
    int at = from;
    while (at < end && bytes[at] == ' ') {
      at++;
    }
    int after = at + name.length();
    if (after >= end || bytes[after] != '=') {
      return null;
    }
    for (int i = 0; i < name.length(); i++) {
      if (bytes[at + i] != name.charAt(i)) {
        return null;
      }
    }
    String value = new String(bytes, after + 1, end - after - 1, StandardCharsets.ISO_8859_1);
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
