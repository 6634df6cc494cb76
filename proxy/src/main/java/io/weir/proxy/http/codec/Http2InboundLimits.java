package io.weir.proxy.http.codec;

/** Notices a peer that sends frames which cost us more than they can be worth. */
final class Http2InboundLimits {
  private final Http2Settings.Limits limits;
  private final Http2Stats stats;
  private long streams;
  private int empty;
  private long priorities;
  private long windowUpdates;

  Http2InboundLimits(Http2Settings.Limits limits, Http2Stats stats) {
    this.limits = limits;
    this.stats = stats;
  }

  void onStream() {
    streams++;
  }

  /** A DATA, HEADERS or CONTINUATION frame; false when it is one too many. */
  boolean onFrame(boolean isEmpty) {
    empty = isEmpty ? empty + 1 : 0;
    if (empty <= limits.emptyFrames()) {
      return true;
    }
    stats.emptyFramesFlood.inc();
    return false;
  }

  boolean onPriority() {
    if (++priorities <= limits.priorityPerStream() * (1 + streams)) {
      return true;
    }
    stats.priorityFlood.inc();
    return false;
  }

  boolean onWindowUpdate(long dataFramesSent) {
    if (++windowUpdates <= 5 + 2 * (streams + limits.windowUpdatesPerData() * dataFramesSent)) {
      return true;
    }
    stats.windowUpdateFlood.inc();
    return false;
  }
}
