package io.weir.lua;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HttpFilterCallbacks;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the callbacks offer for one direction of a stream. */
enum MessageSide {
  REQUEST {
    @Override
    @Nullable Buffer buffered(HttpFilterCallbacks callbacks) {
      return callbacks.decodingBuffer();
    }

    @Override
    void modify(HttpFilterCallbacks callbacks, Consumer<Buffer> edit) {
      callbacks.modifyDecodingBuffer(edit);
    }

    @Override
    void addData(HttpFilterCallbacks callbacks, Buffer data) {
      callbacks.addDecodedData(data, false);
    }

    @Override
    void resume(HttpFilterCallbacks callbacks) {
      callbacks.continueDecoding();
    }

    @Override
    boolean endsApart(HttpFilterCallbacks callbacks) {
      return callbacks.requestEndsApart();
    }
  },

  RESPONSE {
    @Override
    @Nullable Buffer buffered(HttpFilterCallbacks callbacks) {
      return callbacks.encodingBuffer();
    }

    @Override
    void modify(HttpFilterCallbacks callbacks, Consumer<Buffer> edit) {
      callbacks.modifyEncodingBuffer(edit);
    }

    @Override
    void addData(HttpFilterCallbacks callbacks, Buffer data) {
      callbacks.addEncodedData(data, false);
    }

    @Override
    void resume(HttpFilterCallbacks callbacks) {
      callbacks.continueEncoding();
    }

    @Override
    boolean endsApart(HttpFilterCallbacks callbacks) {
      return callbacks.responseEndsApart();
    }
  };

  /** The body buffered so far, or null. */
  abstract @Nullable Buffer buffered(HttpFilterCallbacks callbacks);

  abstract void modify(HttpFilterCallbacks callbacks, Consumer<Buffer> edit);

  abstract void addData(HttpFilterCallbacks callbacks, Buffer data);

  /** Goes on after a stop. */
  abstract void resume(HttpFilterCallbacks callbacks);

  /** Whether the end came after the data that arrive with it. */
  abstract boolean endsApart(HttpFilterCallbacks callbacks);
}
