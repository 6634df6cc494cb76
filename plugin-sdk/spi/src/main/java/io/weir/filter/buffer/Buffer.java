package io.weir.filter.buffer;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A queue of bytes. The stream or connection that made it owns the bytes; whoever receives a buffer
 * in a callback may edit it in place; what is left belongs to the caller again. There are no
 * reference counts: ownership moves only by {@link #moveTo}. Not thread-safe, never blocks.
 *
 * <p>Indexes and lengths are bytes from the front. An index or range outside the buffer throws
 * {@link IndexOutOfBoundsException}.
 */
public interface Buffer {

  long length();

  default boolean isEmpty() {
    return length() == 0;
  }

  /** Copies bytes to the end. */
  void append(byte[] source, int offset, int length);

  default void append(byte[] source) {
    append(source, 0, source.length);
  }

  /** Copies the text's UTF-8 bytes to the end. */
  default void append(String text) {
    append(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Copies bytes to the front. */
  void prepend(byte[] source, int offset, int length);

  /** Drops {@code length} bytes from the front. */
  void drain(long length);

  default void clear() {
    drain(length());
  }

  byte get(long index);

  /** Copies {@code length} bytes from {@code index} into an array. */
  void copyTo(long index, byte[] target, int offset, int length);

  /** Copies {@code length} bytes from {@code index} into a segment. */
  default void copyTo(long index, MemorySegment target, long offset, int length) {
    byte[] bytes = new byte[length];
    copyTo(index, bytes, 0, length);
    MemorySegment.copy(bytes, 0, target, java.lang.foreign.ValueLayout.JAVA_BYTE, offset, length);
  }

  /**
   * Replaces {@code length} bytes from {@code index} by others; the buffer grows or shrinks.
   * Replacing nothing inserts, replacing by nothing deletes.
   */
  void replace(long index, long length, byte[] source, int offset, int sourceLength);

  /**
   * Moves all bytes to the end of {@code target} without copying them; this buffer is empty then.
   */
  void moveTo(Buffer target);

  /** Moves the first {@code length} bytes to the end of {@code target}. */
  void moveTo(Buffer target, long length);

  /** The index of the first {@code value} at or after {@code from}, or −1. */
  long indexOf(byte value, long from);

  /** A copy of everything. */
  default byte[] toByteArray() {
    byte[] bytes = new byte[Math.toIntExact(length())];
    copyTo(0, bytes, 0, bytes.length);
    return bytes;
  }

  /** Everything as text, bytes read as UTF-8. */
  default String toText() {
    return new String(toByteArray(), StandardCharsets.UTF_8);
  }
}
