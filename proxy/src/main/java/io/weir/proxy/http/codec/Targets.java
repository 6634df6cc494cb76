package io.weir.proxy.http.codec;

/** Request targets in absolute form (RFC 9112 3.2.2). */
final class Targets {
  private Targets() {}

  /**
   * @return the length of {@code http://} or {@code https://} at {@code start}, 0 when neither
   */
  static int absoluteScheme(byte[] text, int start, int length) {
    if (length > 7 && Bytes.equalsIgnoreCase(text, start, 7, "http://")) {
      return 7;
    }
    return length > 8 && Bytes.equalsIgnoreCase(text, start, 8, "https://") ? 8 : 0;
  }

  /** Where the host that begins at {@code start} ends: at a slash, question mark or the end. */
  static int hostEnd(byte[] text, int start, int end) {
    int p = start;
    while (p < end && text[p] != '/' && text[p] != '?' && text[p] != '#') {
      p++;
    }
    return p;
  }

  /** Where the host begins behind user information, which is dropped (RFC 9110 4.2.4). */
  static int afterUserInfo(byte[] text, int start, int end) {
    for (int i = end - 1; i >= start; i--) {
      if (text[i] == '@') {
        return i + 1;
      }
    }
    return start;
  }

  /** Whether the target has the form {@code scheme://...}. */
  static boolean hasScheme(byte[] text, int start, int length) {
    for (int i = start; i < start + length - 2; i++) {
      if (text[i] == ':') {
        return i > start && text[i + 1] == '/' && text[i + 2] == '/';
      }
      if (Bytes.token(text[i]) == 0) {
        return false;
      }
    }
    return false;
  }

  /**
   * Whether the host ends in a port, or in no colon at all when none is needed.
   *
   * @param end where the host with its port ends
   */
  static boolean hasPort(byte[] text, int start, int end, boolean needed) {
    int p = end;
    while (p > start && text[p - 1] >= '0' && text[p - 1] <= '9') {
      p--;
    }
    if (p > start && text[p - 1] == ':') {
      return !needed || p < end;
    }
    if (needed) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (text[i] == ']') {
        return i == end - 1;
      }
    }
    for (int i = start; i < end; i++) {
      if (text[i] == ':') {
        return false;
      }
    }
    return true;
  }
}
