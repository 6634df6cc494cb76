package io.weir.proxy.http.codec;

import io.weir.filter.http.HeaderMap;

/** Checks of fields before they go out: filters may have put anything into a header map. */
final class Fields {
  private Fields() {}

  /** Whether the name is a token and the value has no byte that would end it or the line. */
  static boolean valid(HeaderMap map, int entry) {
    return validName(map, entry) && validValue(map, entry);
  }

  static boolean validName(HeaderMap map, int entry) {
    byte[] text = map.bytes();
    int start = map.nameStart(entry);
    int end = start + map.nameLength(entry);
    for (int i = start; i < end; i++) {
      if (Bytes.TOKEN[text[i] & 0xff] == 0) {
        return false;
      }
    }
    return end > start;
  }

  static boolean validValue(HeaderMap map, int entry) {
    byte[] text = map.bytes();
    int start = map.valueStart(entry);
    int end = start + map.valueLength(entry);
    for (int i = start; i < end; i++) {
      byte b = text[i];
      if (b >= 0 && b <= '\r' && (b == '\r' || b == '\n' || b == 0)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a value may be sent upstream: no control character but the tab. */
  static boolean sendableValue(HeaderMap map, int entry) {
    byte[] text = map.bytes();
    int start = map.valueStart(entry);
    int end = start + map.valueLength(entry);
    for (int i = start; i < end; i++) {
      byte b = text[i];
      if (b >= 0 && b < ' ' && b != '\t' || b == 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** Replaces line breaks and NUL in a value by spaces, as RFC 9110 5.5 advises recipients. */
  static void repairValue(HeaderMap map, int entry) {
    byte[] text = map.bytes();
    int start = map.valueStart(entry);
    int end = start + map.valueLength(entry);
    for (int i = start; i < end; i++) {
      if (text[i] == '\r' || text[i] == '\n' || text[i] == 0) {
        text[i] = ' ';
      }
    }
  }
}
