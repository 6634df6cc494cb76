package io.weir.plugin.wasm;

import io.weir.plugin.Body;
import org.teavm.interop.Address;

/** Bytes of one of the host's buffers. */
final class GuestBody implements Body {
  private final int buffer;
  private final int from;
  private int length;

  GuestBody(int buffer, int from, int length) {
    this.buffer = buffer;
    this.from = from;
    this.length = length;
  }

  /** Where the bytes end in the host's buffer. */
  int end() {
    return from + length;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public byte[] bytes() {
    return read(buffer, from, length);
  }

  /** Bytes of a host buffer. */
  static byte[] read(int buffer, int from, int length) {
    Abi.getBuffer(buffer, from, length, Bytes.resultPointer(), Bytes.resultLength());
    return Bytes.takeResult();
  }

  @Override
  public String text() {
    return Bytes.decode(bytes());
  }

  @Override
  public void replace(byte[] bytes) {
    byte[] all = bytes;
    if (from > 0) {
      // Hosts replace at the front or append, nothing between.
      byte[] head = read(buffer, 0, from);
      all = new byte[from + bytes.length];
      System.arraycopy(head, 0, all, 0, from);
      System.arraycopy(bytes, 0, all, from, bytes.length);
    }
    Abi.setBuffer(buffer, 0, end(), Address.ofData(all), all.length);
    Address.pin(all);
    length = bytes.length;
  }

  @Override
  public void replace(String text) {
    replace(Bytes.encode(text));
  }
}
