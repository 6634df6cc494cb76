package io.weir.proxy.http.codec;

import io.weir.proxy.buffer.NettyBuffer;
import java.util.Arrays;

/**
 * Counts frames that were written and have not left the process: a peer that makes us answer and
 * does not read must not fill memory. Frames are found by where they end in all that was written.
 */
final class Http2OutboundFrames {
  /** So few frames need no attention. */
  private static final int FEW = 64;

  private final CodecConnection connection;
  private final NettyBuffer out;
  private final int maxFrames;
  private final int maxControl;
  private final Ends frames = new Ends();
  private final Ends control = new Ends();
  private long written;
  private boolean flood;
  private boolean controlFlood;

  /**
   * @param out what was written and is not handed to the connection yet
   */
  Http2OutboundFrames(CodecConnection connection, NettyBuffer out, Http2Settings.Limits limits) {
    this.connection = connection;
    this.out = out;
    this.maxFrames = limits.outboundFrames();
    this.maxControl = limits.outboundControlFrames();
  }

  /** A frame of so many bytes goes out; {@code isControl} when the peer made us send it. */
  void add(int bytes, boolean isControl) {
    written += bytes;
    frames.add(written);
    if (isControl) {
      control.add(written);
    }
    if (frames.count > FEW && (frames.full() || frames.count > maxFrames || control.full())) {
      forgetSent();
    }
    flood |= frames.count > maxFrames;
    controlFlood |= control.count > maxControl;
  }

  private void forgetSent() {
    long sent = written - out.length() - connection.unsentBytes();
    frames.dropUntil(sent);
    control.dropUntil(sent);
  }

  boolean flood() {
    return flood;
  }

  boolean controlFlood() {
    return controlFlood;
  }

  /** A queue of offsets. */
  private static final class Ends {
    private long[] ends = new long[16];
    private int head;
    int count;

    boolean full() {
      return count == ends.length;
    }

    void add(long end) {
      if (full()) {
        long[] larger = Arrays.copyOf(ends, ends.length * 2);
        for (int i = 0; i < count; i++) {
          larger[i] = ends[head + i & ends.length - 1];
        }
        ends = larger;
        head = 0;
      }
      ends[head + count++ & ends.length - 1] = end;
    }

    void dropUntil(long end) {
      while (count > 0 && ends[head] <= end) {
        head = head + 1 & ends.length - 1;
        count--;
      }
    }
  }
}
