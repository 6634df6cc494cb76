package io.weir.plugin.jvm;

import io.weir.filter.buffer.Buffer;
import io.weir.plugin.Body;

/** A buffer of the SPI, seen by a plugin during one callback. */
final class SpiBody implements Body {
  private final Buffer buffer;

  SpiBody(Buffer buffer) {
    this.buffer = buffer;
  }

  @Override
  public int length() {
    return Math.toIntExact(buffer.length());
  }

  @Override
  public byte[] bytes() {
    return buffer.toByteArray();
  }

  @Override
  public String text() {
    return buffer.toText();
  }

  @Override
  public void replace(byte[] bytes) {
    buffer.clear();
    buffer.append(bytes);
  }

  @Override
  public void replace(String text) {
    buffer.clear();
    buffer.append(text);
  }
}
