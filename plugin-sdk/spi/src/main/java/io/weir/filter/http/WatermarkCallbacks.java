package io.weir.filter.http;

/**
 * Told when a write buffer fills up and when it has drained. Calls nest; each above has a below.
 */
public interface WatermarkCallbacks {
  void onAboveWriteBufferHighWatermark();

  void onBelowWriteBufferLowWatermark();
}
