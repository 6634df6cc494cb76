package io.weir.filter.testkit;

import io.weir.filter.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** A {@link Buffer} over one array. */
public final class HeapBuffer implements Buffer {
  private byte[] bytes = new byte[64];
  private int start;
  private int end;

  public static HeapBuffer of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public static HeapBuffer of(byte[] source) {
    var buffer = new HeapBuffer();
    buffer.append(source, 0, source.length);
    return buffer;
  }

  @Override
  public long length() {
    return end - start;
  }

  @Override
  public void append(byte[] source, int offset, int length) {
    replace(length(), 0, source, offset, length);
  }

  @Override
  public void prepend(byte[] source, int offset, int length) {
    replace(0, 0, source, offset, length);
  }

  @Override
  public void drain(long length) {
    Objects.checkFromIndexSize(0, length, length());
    start += (int) length;
  }

  @Override
  public byte get(long index) {
    return bytes[start + (int) Objects.checkIndex(index, length())];
  }

  @Override
  public void copyTo(long index, byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(index, length, length());
    System.arraycopy(bytes, start + (int) index, target, offset, length);
  }

  @Override
  public void replace(long index, long length, byte[] source, int offset, int sourceLength) {
    Objects.checkFromIndexSize(index, length, length());
    int from = start + (int) index;
    int tail = from + (int) length;
    byte[] result = bytes;
    int grown = end - (int) length + sourceLength;
    if (grown > bytes.length) {
      result = Arrays.copyOf(bytes, Math.max(grown, bytes.length * 2));
    }
    System.arraycopy(bytes, tail, result, from + sourceLength, end - tail);
    System.arraycopy(source, offset, result, from, sourceLength);
    bytes = result;
    end = grown;
  }

  @Override
  public void moveTo(Buffer target) {
    moveTo(target, length());
  }

  @Override
  public void moveTo(Buffer target, long length) {
    Objects.checkFromIndexSize(0, length, length());
    target.append(bytes, start, (int) length);
    start += (int) length;
  }

  @Override
  public long indexOf(byte value, long from) {
    for (long i = from; i < length(); i++) {
      if (get(i) == value) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String toString() {
    return toText();
  }
}
