package io.weir.plugin.wasm;

import io.weir.plugin.Body;
import org.teavm.interop.Address;

/** One of the host's buffers. */
final class GuestBody implements Body {
  private final int buffer;
  private int length;

  GuestBody(int buffer, int length) {
    this.buffer = buffer;
    this.length = length;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public byte[] bytes() {
    return read(buffer, length);
  }

  /** The first {@code length} bytes of a host buffer. */
  static byte[] read(int buffer, int length) {
    Abi.getBuffer(buffer, 0, length, Bytes.resultPointer(), Bytes.resultLength());
    return Bytes.takeResult();
  }

  @Override
  public String text() {
    return Bytes.decode(bytes());
  }

  @Override
  public void replace(byte[] bytes) {
    Abi.setBuffer(buffer, 0, length, Address.ofData(bytes), bytes.length);
    Address.pin(bytes);
    length = bytes.length;
  }

  @Override
  public void replace(String text) {
    replace(Bytes.encode(text));
  }
}
