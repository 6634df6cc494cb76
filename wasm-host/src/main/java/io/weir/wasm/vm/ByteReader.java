package io.weir.wasm.vm;

import java.util.Arrays;

/** Reads a module's bytes; running past the end throws {@link IndexOutOfBoundsException}. */
final class ByteReader {
  private final byte[] bytes;
  private final int end;
  private int at;

  ByteReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  int position() {
    return at;
  }

  int remaining() {
    return end - at;
  }

  void seek(int position) {
    at = position;
  }

  void skip(int count) {
    check(count);
    at += count;
  }

  /** Throws unless {@code count} more bytes are there. */
  void check(int count) {
    if (count < 0 || count > end - at) {
      throw new IndexOutOfBoundsException(at);
    }
  }

  ByteReader slice(int start, int end) {
    return new ByteReader(bytes, start, end);
  }

  int u8() {
    if (at >= end) {
      throw new IndexOutOfBoundsException(at);
    }
    return bytes[at++] & 0xff;
  }

  /** An unsigned LEB128 number; values over 2^31 come out negative. */
  int u32() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = u8();
      value |= (b & 0x7f) << shift;
      if ((b & 0x80) == 0) {
        return value;
      }
    }
    throw new IndexOutOfBoundsException(at);
  }

  /** Skips a LEB128 number of any width and sign. */
  void skipLeb() {
    while ((u8() & 0x80) != 0) {
      // Continuation bytes.
    }
  }

  byte[] bytes(int length) {
    check(length);
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }
}
