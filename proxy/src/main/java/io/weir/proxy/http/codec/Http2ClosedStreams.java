package io.weir.proxy.http.codec;

import java.util.Arrays;

/**
 * The streams that ended last, and how: frames that were under way when we reset a stream are no
 * fault of the peer, frames after its own end are (RFC 9113, 5.1). Belongs to one connection.
 */
final class Http2ClosedStreams {
  /** What is remembered of a stream. */
  enum End {
    UNKNOWN,
    /** Both sides ended it, or the peer reset it. */
    BY_PEER,
    /** We reset it. */
    BY_US
  }

  private static final int SIZE = 64;
  private static final int OURS = 1 << 31;

  private final int[] ring = new int[SIZE];
  private int next;
  private boolean oursForgotten;

  void add(int id, boolean resetByUs) {
    oursForgotten |= ring[next] < 0;
    ring[next] = resetByUs ? id | OURS : id;
    next = next + 1 & SIZE - 1;
  }

  End find(int id) {
    for (int each : ring) {
      if ((each & ~OURS) == id) {
        return each < 0 ? End.BY_US : End.BY_PEER;
      }
    }
    return oursForgotten ? End.BY_US : End.UNKNOWN;
  }

  @Override
  public String toString() {
    return Arrays.toString(ring);
  }
}
