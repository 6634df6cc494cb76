package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** A connection that remembers what was written. */
public final class FakeWire implements CodecConnection {
  public final StringBuilder written = new StringBuilder();
  public int readDisables;
  public String closed = "";

  @Override
  public void write(Buffer data) {
    byte[] bytes = data.toByteArray();
    data.drain(bytes.length);
    written.append(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void readDisable(boolean disable) {
    readDisables += disable ? 1 : -1;
  }

  @Override
  public void closeAfterReset(String details) {
    closed = details;
  }

  @Override
  public long bufferLimit() {
    return 1 << 20;
  }

  /** What was written since the last call. */
  public String take() {
    String text = written.toString();
    written.setLength(0);
    return text;
  }
}
