package io.weir.lua;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HttpFilterCallbacks;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The request direction. */
record RequestSide(HttpFilterCallbacks callbacks) implements MessageSide {
  @Override
  public boolean request() {
    return true;
  }

  @Override
  public @Nullable Buffer buffered() {
    return callbacks.decodingBuffer();
  }

  @Override
  public void modify(Consumer<Buffer> edit) {
    callbacks.modifyDecodingBuffer(edit);
  }

  @Override
  public void addData(Buffer data) {
    callbacks.addDecodedData(data, false);
  }

  @Override
  public void resume() {
    callbacks.continueDecoding();
  }

  @Override
  public void headersChange() {
    if (!callbacks.upstream()) {
      callbacks.clearRouteCache();
    }
  }
}
