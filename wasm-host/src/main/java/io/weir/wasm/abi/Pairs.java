package io.weir.wasm.abi;

import io.weir.filter.http.HeaderMap;

/**
 * The wire form of maps: {@code u32 count}, then a {@code u32} length of each key and value, then
 * the keys and values themselves, a NUL behind each. An empty map has no bytes.
 */
public final class Pairs {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_ENTRIES = 1024;

  private Pairs() {}

  /** Bytes that a map that is not empty takes. */
  public static int size(HeaderMap map) {
    return 4 + map.size() * 10 + map.byteLength();
  }

  /** Writes a map at {@code at}; the room is the caller's care. */
  public static void write(HeaderMap map, byte[] target, int at) {
    byte[] source = map.bytes();
    putInt(target, at, map.size());
    int lengths = at + 4;
    int text = lengths + map.size() * 8;
    for (int e = map.first(); e >= 0; e = map.next(e)) {
      int nameLength = map.nameLength(e);
      int valueLength = map.valueLength(e);
      putInt(target, lengths, nameLength);
      putInt(target, lengths + 4, valueLength);
      lengths += 8;
      System.arraycopy(source, map.nameStart(e), target, text, nameLength);
      text += nameLength;
      target[text++] = 0;
      System.arraycopy(source, map.valueStart(e), target, text, valueLength);
      text += valueLength;
      target[text++] = 0;
    }
  }

  /** A map from bytes; empty when they are malformed, do not fit exactly or are too many. */
  public static HeaderMap read(byte[] source, int at, int length) {
    if (length < 4 || length > MAX_BYTES) {
      return new HeaderMap(0, 0);
    }
    int count = getInt(source, at);
    if (count < 0 || count > MAX_ENTRIES) {
      return new HeaderMap(0, 0);
    }
    long total = 4 + 10L * count;
    for (int i = 0; i < count * 2 && total <= length; i++) {
      total += getInt(source, at + 4 + i * 4) & 0xffff_ffffL;
    }
    if (total != length) {
      return new HeaderMap(0, 0);
    }
    var map = new HeaderMap(length, count);
    int lengths = at + 4;
    int text = lengths + count * 8;
    for (int i = 0; i < count; i++) {
      int nameLength = getInt(source, lengths);
      int valueLength = getInt(source, lengths + 4);
      lengths += 8;
      int value = text + nameLength + 1;
      map.add(source, text, nameLength, source, value, valueLength);
      text = value + valueLength + 1;
    }
    return map;
  }

  private static void putInt(byte[] target, int at, int value) {
    target[at] = (byte) value;
    target[at + 1] = (byte) (value >>> 8);
    target[at + 2] = (byte) (value >>> 16);
    target[at + 3] = (byte) (value >>> 24);
  }

  private static int getInt(byte[] source, int at) {
    return (source[at] & 0xff)
        | (source[at + 1] & 0xff) << 8
        | (source[at + 2] & 0xff) << 16
        | source[at + 3] << 24;
  }
}
