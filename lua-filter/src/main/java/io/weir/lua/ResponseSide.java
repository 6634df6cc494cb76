package io.weir.lua;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HttpFilterCallbacks;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The response direction. */
record ResponseSide(HttpFilterCallbacks callbacks) implements MessageSide {
  @Override
  public boolean request() {
    return false;
  }

  @Override
  public @Nullable Buffer buffered() {
    return callbacks.encodingBuffer();
  }

  @Override
  public void modify(Consumer<Buffer> edit) {
    callbacks.modifyEncodingBuffer(edit);
  }

  @Override
  public void addData(Buffer data) {
    callbacks.addEncodedData(data, false);
  }

  @Override
  public void resume() {
    callbacks.continueEncoding();
  }

  @Override
  public void headersChange() {}
}
