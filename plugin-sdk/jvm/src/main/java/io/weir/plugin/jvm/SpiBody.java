package io.weir.plugin.jvm;

import io.weir.filter.buffer.Buffer;
import io.weir.plugin.Body;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Bytes of a buffer of the SPI, from a place to what was its end, seen by one callback. */
final class SpiBody implements Body {
  private Buffer buffer;
  private final long from;
  private int length;
  private @Nullable Supplier<@Nullable Buffer> place;

  SpiBody(Buffer buffer, long from) {
    this.buffer = buffer;
    this.from = from;
    this.length = Math.toIntExact(buffer.length() - from);
  }

  /** Where the bytes lie from now on: the callback waits, and its stream keeps them. */
  void moveTo(Supplier<@Nullable Buffer> place) {
    this.place = place;
  }

  /** Where the bytes end in their buffer. */
  long end() {
    return from + length;
  }

  private Buffer buffer() {
    Supplier<@Nullable Buffer> moved = place;
    if (moved != null) {
      Buffer now = moved.get();
      if (now == null) {
        throw new IllegalStateException("the body is gone: its callback has ended");
      }
      buffer = now;
    }
    return buffer;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public byte[] bytes() {
    byte[] bytes = new byte[length];
    buffer().copyTo(from, bytes, 0, length);
    return bytes;
  }

  @Override
  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void replace(byte[] bytes) {
    buffer().replace(from, length, bytes, 0, bytes.length);
    length = bytes.length;
  }

  @Override
  public void replace(String text) {
    replace(text.getBytes(StandardCharsets.UTF_8));
  }
}
