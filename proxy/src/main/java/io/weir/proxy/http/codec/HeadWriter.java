package io.weir.proxy.http.codec;

import io.weir.filter.WorkerLocal;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.proxy.http.codec.Http1Settings.HeaderCase;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A worker's workbench for heads that go out: text is gathered in one array and then copied to the
 * wire in one piece. Between calls it holds nothing.
 */
final class HeadWriter {
  static final WorkerLocal<HeadWriter> LOCAL = new WorkerLocal<>(worker -> new HeadWriter());

  static final byte[] CONTENT_LENGTH_ZERO = ascii("content-length: 0\r\n");
  static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  static final byte[] PROPER_CONTENT_LENGTH_ZERO = ascii("Content-Length: 0\r\n");
  static final byte[] PROPER_CHUNKED = ascii("Transfer-Encoding: chunked\r\n");

  private byte[] out = new byte[2048];
  private int length;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void start() {
    length = 0;
  }

  int length() {
    return length;
  }

  /** Appends all of it to {@code target}. */
  void finish(Buffer target) {
    target.append(out, 0, length);
  }

  void bytes(byte[] text) {
    range(text, 0, text.length);
  }

  void range(byte[] text, int start, int count) {
    ensure(count);
    System.arraycopy(text, start, out, length, count);
    length += count;
  }

  void text(String text) {
    int count = text.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      out[length++] = (byte) text.charAt(i);
    }
  }

  /** Writes text and ends the line; bytes that would end it earlier become spaces. */
  void line(String text) {
    int count = text.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      byte b = (byte) text.charAt(i);
      out[length++] = b == '\r' || b == '\n' || b == 0 ? (byte) ' ' : b;
    }
    crlf();
  }

  void crlf() {
    ensure(2);
    out[length++] = '\r';
    out[length++] = '\n';
  }

  void decimal(int number) {
    text(Integer.toString(number));
  }

  /** Writes one field with the name as {@code headerCase} says. The field must be valid. */
  void field(HeaderMap map, int entry, HeaderCase headerCase) {
    int nameLength = map.nameLength(entry);
    int valueLength = map.valueLength(entry);
    ensure(nameLength + valueLength + 4);
    byte[] text = map.bytes();
    switch (headerCase) {
      case LOWER -> System.arraycopy(text, map.nameStart(entry), out, length, nameLength);
      case PRESERVE ->
          System.arraycopy(text, map.originalNameStart(entry), out, length, nameLength);
      case PROPER -> proper(text, map.nameStart(entry), nameLength);
    }
    length += nameLength;
    out[length++] = ':';
    out[length++] = ' ';
    System.arraycopy(text, map.valueStart(entry), out, length, valueLength);
    length += valueLength;
    out[length++] = '\r';
    out[length++] = '\n';
  }

  private void proper(byte[] name, int start, int count) {
    boolean first = true;
    for (int i = 0; i < count; i++) {
      byte b = name[start + i];
      boolean letter = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
      out[length + i] = first && b >= 'a' && b <= 'z' ? (byte) (b - 32) : b;
      first = !letter && (b < '0' || b > '9');
    }
  }

  private void ensure(int more) {
    if (out.length - length < more) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
    }
  }
}
