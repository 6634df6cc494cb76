package io.weir.proxy.formatter;

import io.weir.filter.ByteText;
import io.weir.filter.http.HeaderMap;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Growing bytes that formats write into; kept and {@link #clear}ed by whoever formats often. Header
 * values go in as the bytes they are, other text as UTF-8.
 */
public final class FormatOutput {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  private byte[] bytes;
  private int length;

  public FormatOutput() {
    this(256);
  }

  public FormatOutput(int capacity) {
    this.bytes = new byte[capacity];
  }

  /** The bytes written; valid up to {@link #length}, until the next write. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return length;
  }

  public void clear() {
    length = 0;
  }

  /** Drops everything after the first {@code bytes} bytes. */
  public void truncate(int bytes) {
    length = Math.min(length, bytes);
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** Everything, read as UTF-8. */
  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** Everything, read as Latin-1: the form that {@link HeaderMap} takes and gives. */
  public String toLatin1() {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  public void append(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  public void append(byte[] source) {
    append(source, 0, source.length);
  }

  /** Text as UTF-8, and bytes that a {@link ByteText} holds. */
  public void append(String text) {
    int count = text.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        append(ByteText.bytes(text.substring(i)));
        return;
      }
      bytes[length++] = (byte) c;
    }
  }

  /** The value of a header as it is. */
  public void append(HeaderMap headers, int entry) {
    append(headers.bytes(), headers.valueStart(entry), headers.valueLength(entry));
  }

  public void append(char ascii) {
    ensure(1);
    bytes[length++] = (byte) ascii;
  }

  public void append(long number) {
    if (number < 0) {
      append(Long.toString(number));
      return;
    }
    int digits = 1;
    for (long n = number; n >= 10; n /= 10) {
      digits++;
    }
    ensure(digits);
    long n = number;
    for (int at = length + digits - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + n % 10);
      n /= 10;
    }
    length += digits;
  }

  /** Makes a JSON string of what was written since {@code start}. */
  void quoteFrom(int start) {
    quoteFrom(start, false);
  }

  /**
   * @param bytesOnly whether what is not ASCII is escaped byte by byte: the text is no UTF-8
   */
  void quoteFrom(int start, boolean bytesOnly) {
    int extra = 2;
    for (int i = start; i < length; i++) {
      extra += escapeLength(bytes[i], bytesOnly) - 1;
    }
    ensure(extra);
    int to = length + extra - 1;
    int end = length;
    length += extra;
    bytes[to--] = '"';
    for (int from = end - 1; from >= start; from--) {
      to = putEscaped(bytes[from], to, bytesOnly);
    }
    bytes[to] = '"';
  }

  private static int escapeLength(byte b, boolean bytesOnly) {
    return switch (b) {
      case '"', '\\', '\b', '\f', '\n', '\r', '\t' -> 2;
      default -> b >= 0 && b < 0x20 || b == 0x7f || b < 0 && bytesOnly ? 6 : 1;
    };
  }

  /** Writes the escaped form so that it ends at {@code at}; returns the index before it. */
  private int putEscaped(byte b, int at, boolean bytesOnly) {
    int escape = escapeLength(b, bytesOnly);
    if (escape == 1) {
      bytes[at] = b;
      return at - 1;
    }
    if (escape == 6) {
      bytes[at] = HEX[b & 15];
      bytes[at - 1] = HEX[b >> 4 & 15];
      bytes[at - 2] = '0';
      bytes[at - 3] = '0';
      bytes[at - 4] = 'u';
      bytes[at - 5] = '\\';
      return at - 6;
    }
    bytes[at] =
        switch (b) {
          case '\b' -> 'b';
          case '\f' -> 'f';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          default -> b;
        };
    bytes[at - 1] = '\\';
    return at - 2;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
