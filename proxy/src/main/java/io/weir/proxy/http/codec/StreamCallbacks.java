package io.weir.proxy.http.codec;

import io.weir.filter.http.StreamResetReason;
import io.weir.filter.http.WatermarkCallbacks;

/** Told what befalls a codec's stream. */
public interface StreamCallbacks extends WatermarkCallbacks {
  /**
   * @param transportFailure why the transport failed, empty when it did not
   */
  void onResetStream(StreamResetReason reason, String transportFailure);
}
