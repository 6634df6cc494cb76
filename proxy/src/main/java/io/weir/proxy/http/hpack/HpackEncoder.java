package io.weir.proxy.http.hpack;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encodes header maps into header blocks. Belongs to one connection. Fields that change with every
 * message, and secrets, stay out of the dynamic table.
 */
public final class HpackEncoder {
  private static final int DEFAULT_TABLE = 4096;
  private static final int OUR_TABLE_LIMIT = 16 * 1024;
  private static final int MAX_INDEXED_VALUE = 256;

  private static final boolean[] UNINDEXED = new boolean[HeaderName.knownCount()];
  private static final boolean[] SECRET = new boolean[HeaderName.knownCount()];

  static {
    for (HeaderName name :
        new HeaderName[] {
          HeaderName.PATH,
          HeaderName.CONTENT_LENGTH,
          HeaderName.DATE,
          HeaderName.X_REQUEST_ID,
          HeaderName.X_FORWARDED_FOR,
          HeaderName.X_ENVOY_UPSTREAM_SERVICE_TIME,
          HeaderName.X_ENVOY_ATTEMPT_COUNT,
          HeaderName.GRPC_TIMEOUT,
          HeaderName.SET_COOKIE,
          HeaderName.LOCATION
        }) {
      UNINDEXED[name.id()] = true;
    }
    SECRET[HeaderName.AUTHORIZATION.id()] = true;
    SECRET[HeaderName.SET_COOKIE.id()] = true;
  }

  private final int ourLimit;
  private final DynamicTable table;
  private int smallestSize = -1;
  private boolean measuring;
  private boolean sizeChanged;
  private byte[] out = new byte[512];
  private int length;

  /**
   * @param maxTableSize bytes that the table may take, whatever the peer allows
   */
  public HpackEncoder(int maxTableSize) {
    ourLimit = Math.clamp(maxTableSize, 0, OUR_TABLE_LIMIT);
    table = new DynamicTable(DEFAULT_TABLE);
    setMaxTableSize(DEFAULT_TABLE);
  }

  /** The peer's limit for our table; it takes effect with the next block. */
  public void setMaxTableSize(long size) {
    int limit = (int) Math.min(size, ourLimit);
    if (limit != table.capacity()) {
      smallestSize = smallestSize < 0 ? limit : Math.min(smallestSize, limit);
      sizeChanged = true;
      table.setCapacity(limit);
    }
  }

  /** Whether blocks are only measured: nothing of them stays in the table. */
  public void measure(boolean only) {
    measuring = only;
  }

  /** Begins a block. */
  public void begin() {
    length = 0;
    if (sizeChanged && !measuring) {
      // What the peer must have dropped in between shows in the smallest size (RFC 7541, 4.2).
      if (smallestSize < table.capacity()) {
        integer(0x20, 5, smallestSize);
      }
      integer(0x20, 5, table.capacity());
      smallestSize = -1;
      sizeChanged = false;
    }
  }

  /** The block so far: the first {@link #length} bytes, until the next {@link #begin}. */
  public byte[] block() {
    return out;
  }

  public int length() {
    return length;
  }

  /** Encodes a field that stands in no map. */
  public void encode(HeaderName name, String value) {
    byte[] text = value.getBytes(StandardCharsets.ISO_8859_1);
    literal(0, 4, StaticTable.firstOf(name.id()), name.bytes(), 0, name.length());
    string(text, 0, text.length);
  }

  /** Encodes one field of a map. */
  public void encode(HeaderMap headers, int entry) {
    byte[] text = headers.bytes();
    int nameStart = headers.nameStart(entry);
    int nameLength = headers.nameLength(entry);
    int valueStart = headers.valueStart(entry);
    int valueLength = headers.valueLength(entry);
    int known = headers.nameId(entry);
    int nameIndex = StaticTable.firstOf(known);
    if (nameIndex > 0) {
      int index = staticMatch(nameIndex, text, valueStart, valueLength);
      if (index > 0) {
        integer(0x80, 7, index);
        return;
      }
    }
    boolean secret =
        known >= 0 && SECRET[known] || known == HeaderName.COOKIE.id() && valueLength < 20;
    if (secret || known >= 0 && UNINDEXED[known] || valueLength > MAX_INDEXED_VALUE) {
      literal(secret ? 0x10 : 0, 4, nameIndex, text, nameStart, nameLength);
      string(text, valueStart, valueLength);
      return;
    }
    int hash = DynamicTable.hash(text, nameStart, nameLength, text, valueStart, valueLength);
    int found = table.find(hash, text, nameStart, nameLength, valueStart, valueLength);
    if (found >= 0) {
      integer(0x80, 7, StaticTable.SIZE + 1 + found);
      return;
    }
    literal(0x40, 6, nameIndex, text, nameStart, nameLength);
    string(text, valueStart, valueLength);
    if (measuring) {
      return;
    }
    table.add(
        Arrays.copyOfRange(text, nameStart, nameStart + nameLength),
        Arrays.copyOfRange(text, valueStart, valueStart + valueLength));
  }

  private static int staticMatch(int first, byte[] text, int start, int length) {
    byte[] name = StaticTable.name(first);
    for (int i = first; i <= StaticTable.SIZE && Arrays.equals(StaticTable.name(i), name); i++) {
      byte[] value = StaticTable.value(i);
      if (value.length == length && Arrays.equals(value, 0, length, text, start, start + length)) {
        return i;
      }
    }
    return 0;
  }

  private void literal(int pattern, int bits, int nameIndex, byte[] text, int start, int length) {
    integer(pattern, bits, nameIndex);
    if (nameIndex == 0) {
      string(text, start, length);
    }
  }

  private void string(byte[] text, int start, int length) {
    int encoded = Huffman.encodedLength(text, start, length);
    ensure(Math.min(encoded, length) + 6);
    if (encoded >= length) {
      integer(0, 7, length);
      System.arraycopy(text, start, out, this.length, length);
      this.length += length;
      return;
    }
    integer(0x80, 7, encoded);
    this.length = Huffman.encode(text, start, length, out, this.length);
  }

  private void integer(int pattern, int bits, int value) {
    ensure(6);
    int mask = (1 << bits) - 1;
    if (value < mask) {
      out[length++] = (byte) (pattern | value);
      return;
    }
    out[length++] = (byte) (pattern | mask);
    int rest = value - mask;
    while (rest >= 0x80) {
      out[length++] = (byte) (rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out[length++] = (byte) rest;
  }

  private void ensure(int more) {
    if (out.length - length < more) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
    }
  }
}
