package io.weir.proxy.filter.fault;

import io.weir.filter.Timer;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HttpFilterCallbacks;

/** Passes a response body on at a fixed rate, in slices of a twentieth of a second. */
final class ResponseThrottle {
  private static final long SLICE_MILLIS = 50;
  private static final long SLICES = 1000 / SLICE_MILLIS;
  private static final long MAX_HELD_SLICES = 20;

  private final HttpFilterCallbacks callbacks;
  private final Buffer held;
  private final Timer timer;
  private final long bytesPerSlice;
  private boolean ended;
  private boolean trailers;
  private boolean slowed;

  ResponseThrottle(HttpFilterCallbacks callbacks, long kibPerSecond) {
    this.callbacks = callbacks;
    this.held = callbacks.worker().newBuffer();
    this.bytesPerSlice = Math.max(1, kibPerSecond * 1024 / SLICES);
    this.timer = callbacks.worker().newTimer(this::pass);
  }

  void write(Buffer data, boolean endStream) {
    data.moveTo(held);
    ended |= endStream;
    if (!slowed && held.length() > bytesPerSlice * MAX_HELD_SLICES) {
      slowed = true;
      callbacks.onEncoderFilterAboveWriteBufferHighWatermark();
    }
    if (!timer.armed()) {
      timer.arm(0);
    }
  }

  /** Whether trailers may pass now. */
  boolean writeTrailers() {
    trailers = true;
    return held.isEmpty();
  }

  private void pass() {
    Buffer slice = callbacks.worker().newBuffer();
    held.moveTo(slice, Math.min(bytesPerSlice, held.length()));
    boolean last = held.isEmpty();
    if (slowed && held.length() <= bytesPerSlice) {
      slowed = false;
      callbacks.onEncoderFilterBelowWriteBufferLowWatermark();
    }
    if (!last) {
      timer.arm(SLICE_MILLIS);
    }
    callbacks.injectEncodedData(slice, last && ended);
    if (last && trailers) {
      callbacks.continueEncoding();
    }
  }

  void close() {
    timer.cancel();
    held.clear();
  }
}
