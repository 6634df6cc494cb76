package io.weir.proxy.filter.grpc;

import io.weir.filter.buffer.Buffer;

/** Counts the messages of a stream of length-prefixed messages, wherever its bytes are cut. */
public final class GrpcMessages {
  private static final int PREFIX = 5;

  private int prefixRead;
  private long length;
  private long left;
  private long count;

  /** Reads on; the bytes stay where they are. */
  public void read(Buffer data) {
    long at = 0;
    long end = data.length();
    while (at < end) {
      if (left > 0) {
        long step = Math.min(left, end - at);
        left -= step;
        at += step;
        continue;
      }
      int b = data.get(at++) & 0xff;
      length = prefixRead == 0 ? 0 : length << 8 | b;
      if (++prefixRead == PREFIX) {
        prefixRead = 0;
        left = length;
        count++;
      }
    }
  }

  /** Messages whose prefix was read. */
  public long count() {
    return count;
  }
}
