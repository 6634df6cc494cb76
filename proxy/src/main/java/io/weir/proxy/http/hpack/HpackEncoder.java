package io.weir.proxy.http.hpack;

import io.netty.buffer.ByteBuf;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.Arrays;

/**
 * Encodes header maps into header blocks. Belongs to one connection. Fields that change with every
 * message, and secrets, stay out of the dynamic table.
 */
public final class HpackEncoder {
  private static final int OUR_TABLE_LIMIT = 4096;
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

  private final DynamicTable table = new DynamicTable(OUR_TABLE_LIMIT);
  private int announcedSize = -1;

  /** The peer's limit for our table; it takes effect with the next block. */
  public void setMaxTableSize(long size) {
    int limit = (int) Math.min(size, OUR_TABLE_LIMIT);
    if (limit != table.capacity()) {
      table.setCapacity(limit);
      announcedSize = limit;
    }
  }

  /** Begins a block. */
  public void begin(ByteBuf out) {
    if (announcedSize >= 0) {
      integer(out, 0x20, 5, announcedSize);
      announcedSize = -1;
    }
  }

  /** Encodes one field of a map. */
  public void encode(HeaderMap headers, int entry, ByteBuf out) {
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
        integer(out, 0x80, 7, index);
        return;
      }
    }
    boolean secret =
        known >= 0 && SECRET[known] || known == HeaderName.COOKIE.id() && valueLength < 20;
    if (secret || known >= 0 && UNINDEXED[known] || valueLength > MAX_INDEXED_VALUE) {
      literal(out, secret ? 0x10 : 0, 4, nameIndex, text, nameStart, nameLength);
      string(out, text, valueStart, valueLength);
      return;
    }
    int hash = DynamicTable.hash(text, nameStart, nameLength, text, valueStart, valueLength);
    int found = table.find(hash, text, nameStart, nameLength, valueStart, valueLength);
    if (found >= 0) {
      integer(out, 0x80, 7, StaticTable.SIZE + 1 + found);
      return;
    }
    literal(out, 0x40, 6, nameIndex, text, nameStart, nameLength);
    string(out, text, valueStart, valueLength);
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

  private static void literal(
      ByteBuf out, int pattern, int bits, int nameIndex, byte[] text, int start, int length) {
    integer(out, pattern, bits, nameIndex);
    if (nameIndex == 0) {
      string(out, text, start, length);
    }
  }

  private static void string(ByteBuf out, byte[] text, int start, int length) {
    int encoded = Huffman.encodedLength(text, start, length);
    if (encoded >= length) {
      integer(out, 0, 7, length);
      out.writeBytes(text, start, length);
      return;
    }
    integer(out, 0x80, 7, encoded);
    out.ensureWritable(encoded);
    if (out.hasArray()) {
      int at = out.arrayOffset() + out.writerIndex();
      Huffman.encode(text, start, length, out.array(), at);
      out.writerIndex(out.writerIndex() + encoded);
    } else {
      byte[] bytes = new byte[encoded];
      Huffman.encode(text, start, length, bytes, 0);
      out.writeBytes(bytes);
    }
  }

  private static void integer(ByteBuf out, int pattern, int bits, int value) {
    int mask = (1 << bits) - 1;
    if (value < mask) {
      out.writeByte(pattern | value);
      return;
    }
    out.writeByte(pattern | mask);
    int rest = value - mask;
    while (rest >= 0x80) {
      out.writeByte(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }
}
