package io.weir.proxy.http.codec;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** Reads {@code Connection} fields (RFC 9110 7.6.1). Reused for each message of a codec. */
final class ConnectionTokens {
  private static final String[] REFUSED = {
    "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"
  };

  /** More fields than an honest peer names; a bound on the work, as in Envoy. */
  private static final int MAX_TOKENS = 9;

  private boolean upgrade;
  private byte[] lower = new byte[32];

  /** Whether the last message's tokens had {@code upgrade}. */
  boolean upgrade() {
    return upgrade;
  }

  /**
   * Removes the fields that {@code Connection} names; {@code te} is kept.
   *
   * @return false when it names one that a peer must not take away, or too many
   */
  boolean dropNamedFields(HeaderMap map) {
    upgrade = false;
    int tokens = 0;
    for (int e = map.find(HeaderName.CONNECTION); e >= 0; e = map.find(HeaderName.CONNECTION, e)) {
      int start = map.valueStart(e);
      int end = start + map.valueLength(e);
      for (int p = start; p < end; ) {
        byte[] text = map.bytes();
        while (p < end && (Bytes.space(text[p]) || text[p] == ',')) {
          p++;
        }
        int from = p;
        while (p < end && text[p] != ',') {
          p++;
        }
        int to = p;
        while (to > from && Bytes.space(text[to - 1])) {
          to--;
        }
        if (to > from && (++tokens > MAX_TOKENS || !token(map, from, to - from))) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean token(HeaderMap map, int start, int length) {
    byte[] text = map.bytes();
    if (text[start] == ':') {
      return false;
    }
    if (Bytes.equalsIgnoreCase(text, start, length, "upgrade")) {
      upgrade = true;
      return true;
    }
    if (Bytes.equalsIgnoreCase(text, start, length, "close")
        || Bytes.equalsIgnoreCase(text, start, length, "keep-alive")
        || Bytes.equalsIgnoreCase(text, start, length, "te")
        || Bytes.equalsIgnoreCase(text, start, length, "connection")) {
      return true;
    }
    for (String refused : REFUSED) {
      if (Bytes.equalsIgnoreCase(text, start, length, refused)) {
        return false;
      }
    }
    if (Bytes.equalsIgnoreCase(text, start, length, "host")) {
      map.remove(HeaderName.AUTHORITY);
      return true;
    }
    remove(map, text, start, length);
    return true;
  }

  private void remove(HeaderMap map, byte[] text, int start, int length) {
    if (lower.length < length) {
      lower = new byte[length];
    }
    for (int i = 0; i < length; i++) {
      byte b = text[start + i];
      lower[i] = b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }
    for (int e = map.find(lower, 0, length, -1); e >= 0; e = map.find(lower, 0, length, e)) {
      map.removeEntry(e);
    }
  }
}
