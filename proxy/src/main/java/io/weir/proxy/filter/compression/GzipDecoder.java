package io.weir.proxy.filter.compression;

import io.weir.filter.buffer.Buffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads gzip members (RFC 1952). Stops at bodies that grow beyond a ratio, so that a small request
 * cannot fill the memory.
 */
final class GzipDecoder implements BodyCodec {
  private static final int CHUNK = 8192;
  private static final int FIXED_HEADER = 10;
  private static final int TRAILER = 8;
  private static final int FLAG_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  // Below this size a high ratio harms nobody.
  private static final long ALWAYS_ALLOWED = 1 << 20;

  private final Inflater inflater = new Inflater(true);
  private final byte[] out = new byte[CHUNK];
  private final long maxRatio;
  private byte[] pending = {};
  private boolean inBody;
  private int trailerLeft;
  private long taken;
  private long given;

  GzipDecoder(long maxRatio) {
    this.maxRatio = maxRatio;
  }

  @Override
  public void process(Buffer data, boolean end) throws CodecFailure {
    byte[] in = concat(pending, data.toByteArray());
    taken += data.length();
    data.clear();
    pending = new byte[0];
    int at = 0;
    while (at < in.length) {
      if (trailerLeft > 0) {
        int skipped = Math.min(trailerLeft, in.length - at);
        trailerLeft -= skipped;
        at += skipped;
      } else if (inBody) {
        at += inflate(in, at, data);
      } else {
        int length = headerLength(in, at);
        if (length < 0) {
          pending = java.util.Arrays.copyOfRange(in, at, in.length);
          break;
        }
        at += length;
        inBody = true;
      }
    }
    if (end && (inBody || pending.length > 0)) {
      throw new CodecFailure("the gzip data ends too early");
    }
  }

  private int inflate(byte[] in, int at, Buffer data) throws CodecFailure {
    inflater.setInput(in, at, in.length - at);
    try {
      int produced = inflater.inflate(out);
      while (produced > 0) {
        given += produced;
        if (given > ALWAYS_ALLOWED && given > taken * maxRatio) {
          throw new CodecFailure("the body inflates more than " + maxRatio + " times");
        }
        data.append(out, 0, produced);
        produced = inflater.inflate(out);
      }
    } catch (DataFormatException e) {
      throw new CodecFailure("not gzip data: " + e.getMessage());
    }
    int left = inflater.getRemaining();
    if (inflater.finished()) {
      inflater.reset();
      inBody = false;
      trailerLeft = TRAILER;
    }
    return in.length - at - left;
  }

  /** The length of a member's header; −1 when it is not all there. */
  private static int headerLength(byte[] in, int start) throws CodecFailure {
    if (in.length - start < FIXED_HEADER) {
      return -1;
    }
    if (in[start] != 0x1f || in[start + 1] != (byte) 0x8b || in[start + 2] != 8) {
      throw new CodecFailure("not gzip data");
    }
    int flags = in[start + 3];
    int at = start + FIXED_HEADER;
    if ((flags & FLAG_EXTRA) != 0) {
      if (in.length - at < 2) {
        return -1;
      }
      at += 2 + (in[at] & 0xff) + ((in[at + 1] & 0xff) << 8);
    }
    for (int text = 0; text < 2; text++) {
      boolean present = (flags & (text == 0 ? FLAG_NAME : FLAG_COMMENT)) != 0;
      while (present && at < in.length && in[at] != 0) {
        at++;
      }
      at += present ? 1 : 0;
    }
    at += (flags & FLAG_CRC) != 0 ? 2 : 0;
    return at > in.length ? -1 : at - start;
  }

  private static byte[] concat(byte[] a, byte[] b) {
    if (a.length == 0) {
      return b;
    }
    byte[] both = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
