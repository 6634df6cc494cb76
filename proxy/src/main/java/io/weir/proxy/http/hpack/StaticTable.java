package io.weir.proxy.http.hpack;

import io.weir.filter.http.HeaderName;
import java.nio.charset.StandardCharsets;

/** The static table of RFC 7541, appendix A. Indexes begin at 1. */
final class StaticTable {
  private static final String[][] ENTRIES = {
    {":authority", ""},
    {":method", "GET"},
    {":method", "POST"},
    {":path", "/"},
    {":path", "/index.html"},
    {":scheme", "http"},
    {":scheme", "https"},
    {":status", "200"},
    {":status", "204"},
    {":status", "206"},
    {":status", "304"},
    {":status", "400"},
    {":status", "404"},
    {":status", "500"},
    {"accept-charset", ""},
    {"accept-encoding", "gzip, deflate"},
    {"accept-language", ""},
    {"accept-ranges", ""},
    {"accept", ""},
    {"access-control-allow-origin", ""},
    {"age", ""},
    {"allow", ""},
    {"authorization", ""},
    {"cache-control", ""},
    {"content-disposition", ""},
    {"content-encoding", ""},
    {"content-language", ""},
    {"content-length", ""},
    {"content-location", ""},
    {"content-range", ""},
    {"content-type", ""},
    {"cookie", ""},
    {"date", ""},
    {"etag", ""},
    {"expect", ""},
    {"expires", ""},
    {"from", ""},
    {"host", ""},
    {"if-match", ""},
    {"if-modified-since", ""},
    {"if-none-match", ""},
    {"if-range", ""},
    {"if-unmodified-since", ""},
    {"last-modified", ""},
    {"link", ""},
    {"location", ""},
    {"max-forwards", ""},
    {"proxy-authenticate", ""},
    {"proxy-authorization", ""},
    {"range", ""},
    {"referer", ""},
    {"refresh", ""},
    {"retry-after", ""},
    {"server", ""},
    {"set-cookie", ""},
    {"strict-transport-security", ""},
    {"transfer-encoding", ""},
    {"user-agent", ""},
    {"vary", ""},
    {"via", ""},
    {"www-authenticate", ""}
  };
  static final int SIZE = ENTRIES.length;

  private static final byte[][] NAMES = new byte[SIZE][];
  private static final byte[][] VALUES = new byte[SIZE][];
  // By id of a known header name: the first index with that name, 0 for none.
  private static final int[] BY_KNOWN_NAME = new int[HeaderName.knownCount()];

  static {
    for (int i = SIZE - 1; i >= 0; i--) {
      NAMES[i] = ENTRIES[i][0].getBytes(StandardCharsets.ISO_8859_1);
      VALUES[i] = ENTRIES[i][1].getBytes(StandardCharsets.ISO_8859_1);
      HeaderName name = HeaderName.of(ENTRIES[i][0]);
      if (name.id() >= 0) {
        BY_KNOWN_NAME[name.id()] = i + 1;
      }
    }
  }

  private StaticTable() {}

  static byte[] name(int index) {
    return NAMES[index - 1];
  }

  static byte[] value(int index) {
    return VALUES[index - 1];
  }

  /** The first index with a known name, 0 for none. */
  static int firstOf(int knownId) {
    return knownId < 0 ? 0 : BY_KNOWN_NAME[knownId];
  }
}
