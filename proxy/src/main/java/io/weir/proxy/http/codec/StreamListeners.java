package io.weir.proxy.http.codec;

import io.weir.filter.http.StreamResetReason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The callbacks of one codec stream; may be changed while they are told. */
final class StreamListeners {
  private @Nullable StreamCallbacks[] callbacks = new StreamCallbacks[2];
  private int count;
  private int aboveWatermark;

  void add(StreamCallbacks added) {
    if (count == callbacks.length) {
      callbacks = Arrays.copyOf(callbacks, count * 2);
    }
    callbacks[count++] = added;
    for (int i = 0; i < aboveWatermark; i++) {
      added.onAboveWriteBufferHighWatermark();
    }
  }

  void remove(StreamCallbacks removed) {
    for (int i = 0; i < count; i++) {
      if (callbacks[i] == removed) {
        callbacks[i] = null;
      }
    }
  }

  /** Forgets everybody, for the connection's next stream. */
  void clear() {
    Arrays.fill(callbacks, 0, count, null);
    count = 0;
    aboveWatermark = 0;
  }

  void reset(StreamResetReason reason, String transportFailure) {
    for (int i = 0; i < count; i++) {
      StreamCallbacks each = callbacks[i];
      callbacks[i] = null;
      if (each != null) {
        each.onResetStream(reason, transportFailure);
      }
    }
  }

  void aboveHighWatermark() {
    aboveWatermark++;
    for (int i = 0; i < count; i++) {
      StreamCallbacks each = callbacks[i];
      if (each != null) {
        each.onAboveWriteBufferHighWatermark();
      }
    }
  }

  void belowLowWatermark() {
    if (aboveWatermark == 0) {
      return;
    }
    aboveWatermark--;
    for (int i = 0; i < count; i++) {
      StreamCallbacks each = callbacks[i];
      if (each != null) {
        each.onBelowWriteBufferLowWatermark();
      }
    }
  }
}
