package io.weir.proxy.matcher;

import java.nio.charset.StandardCharsets;

/** Bytes as characters, not copied; for regular expressions over header values. */
public record Latin1View(byte[] bytes, int start, int length) implements CharSequence {

  @Override
  public char charAt(int index) {
    return (char) (bytes[start + index] & 0xff);
  }

  @Override
  public CharSequence subSequence(int from, int to) {
    return new Latin1View(bytes, start + from, to - from);
  }

  @Override
  public String toString() {
    return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
  }
}
