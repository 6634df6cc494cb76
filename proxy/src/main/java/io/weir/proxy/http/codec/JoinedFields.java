package io.weir.proxy.http.codec;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/**
 * Fields of which a message has one: repetitions become one comma-separated value, as Envoy's
 * inline headers do. Finds repetitions while a map is filled; reused for each message of a codec.
 */
final class JoinedFields {
  private static final boolean[] REQUEST = new boolean[HeaderName.knownCount()];
  private static final boolean[] RESPONSE = new boolean[HeaderName.knownCount()];

  static {
    for (int id = 0; id < REQUEST.length; id++) {
      String name = HeaderName.byId(id).toString();
      boolean never =
          switch (name) {
            case "cookie", "set-cookie", "accept-language", "proxy-authorization", "trailer" ->
                true;
            default -> false;
          };
      boolean ofResponses =
          switch (name) {
            case "etag", "location", "server", "last-modified", "vary", "expires" -> true;
            default -> false;
          };
      REQUEST[id] = !never && !ofResponses;
      RESPONSE[id] = !never;
    }
  }

  private final boolean[] joined;
  private long seenLow;
  private long seenHigh;

  private JoinedFields(boolean[] joined) {
    this.joined = joined;
  }

  static JoinedFields ofRequests() {
    return new JoinedFields(REQUEST);
  }

  static JoinedFields ofResponses() {
    return new JoinedFields(RESPONSE);
  }

  void start() {
    seenLow = 0;
    seenHigh = 0;
  }

  /** Notes a known field; whether it was there before. */
  boolean repeated(int id) {
    long bit = 1L << (id & 63);
    boolean before;
    if (id < 64) {
      before = (seenLow & bit) != 0;
      seenLow |= bit;
    } else {
      before = (seenHigh & bit) != 0;
      seenHigh |= bit;
    }
    return before;
  }

  /** Joins the map's last entry, a repetition, to the first of its name, where that is the way. */
  void join(HeaderMap map, int id) {
    joinEntry(map, id, map.last());
  }

  /** As {@link #join} for any repetition. */
  void joinEntry(HeaderMap map, int id, int last) {
    if (!joined[id]) {
      return;
    }
    int first = map.find(HeaderName.byId(id));
    int firstLength = map.valueLength(first);
    int lastLength = map.valueLength(last);
    byte[] both = new byte[firstLength + 1 + lastLength];
    System.arraycopy(map.bytes(), map.valueStart(first), both, 0, firstLength);
    both[firstLength] = ',';
    System.arraycopy(map.bytes(), map.valueStart(last), both, firstLength + 1, lastLength);
    map.removeEntry(last);
    map.setValue(first, both, 0, both.length);
  }
}
