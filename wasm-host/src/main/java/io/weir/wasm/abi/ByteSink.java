package io.weir.wasm.abi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array that results are put together in before they are copied into the guest. */
public final class ByteSink {
  private byte[] bytes = new byte[256];
  private int length;
  private Kind kind = Kind.TEXT;

  /** What a property's bytes mean; for expressions, guests know what they asked for. */
  public enum Kind {
    TEXT,
    INTEGER,
    DOUBLE,
    BOOL,
    LIST,
    MAP
  }

  public void clear() {
    length = 0;
    kind = Kind.TEXT;
  }

  /** Says what the bytes mean. */
  public void is(Kind kind) {
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return length;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  public void put(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  public void put(byte[] source) {
    put(source, 0, source.length);
  }

  /** UTF-8. */
  public void put(String text) {
    put(text.getBytes(StandardCharsets.UTF_8));
  }

  public void putByte(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  /** Four bytes, little-endian. */
  public void putInt(int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      putByte(value >>> shift);
    }
  }

  /** Eight bytes, little-endian. */
  public void putLong(long value) {
    putInt((int) value);
    putInt((int) (value >>> 32));
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }
}
