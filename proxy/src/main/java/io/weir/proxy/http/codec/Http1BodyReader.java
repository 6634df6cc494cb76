package io.weir.proxy.http.codec;

import io.netty.buffer.ByteBuf;
import io.weir.proxy.buffer.NettyBuffer;

/**
 * Finds the end of a message body by its length, chunks or the connection's end (RFC 9112 6 and 7),
 * strictly: chunk sizes are hex digits only, every line ends in CRLF, extensions are read and
 * dropped. Belongs to one codec, reused for each message.
 */
final class Http1BodyReader {
  enum State {
    /** All bytes so far were taken; more are to come. */
    MORE,
    /** The body is complete; what is left in the input belongs to what follows. */
    DONE,
    /** The last chunk was read; the trailer section follows. */
    TRAILERS,
    ERROR
  }

  private enum Step {
    LENGTH,
    UNTIL_CLOSE,
    SIZE_FIRST,
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF
  }

  private static final int MAX_SIZE_DIGITS = 16;
  private static final int MAX_EXTENSION = 4096;

  private Step step = Step.UNTIL_CLOSE;
  private long remaining;
  private int digits;
  private int extension;
  private boolean lastChunk;

  void startLength(long length) {
    step = Step.LENGTH;
    remaining = length;
  }

  void startChunked() {
    step = Step.SIZE_FIRST;
    remaining = 0;
    digits = 0;
    extension = 0;
  }

  void startUntilClose() {
    step = Step.UNTIL_CLOSE;
  }

  /** Whether the body ends with the connection. */
  boolean untilClose() {
    return step == Step.UNTIL_CLOSE;
  }

  /** Moves body bytes from {@code in} to {@code body}. */
  State read(NettyBuffer in, NettyBuffer body) {
    while (in.length() > 0) {
      switch (step) {
        case UNTIL_CLOSE -> in.moveTo(body);
        case LENGTH, DATA -> {
          long take = Math.min(remaining, in.length());
          in.moveTo(body, take);
          remaining -= take;
          if (remaining == 0) {
            if (step == Step.LENGTH) {
              return State.DONE;
            }
            step = Step.DATA_CR;
          }
        }
        default -> {
          State state = framing(in);
          if (state != State.MORE) {
            return state;
          }
        }
      }
    }
    return State.MORE;
  }

  /** Reads the bytes around chunk data, up to the next data or the end of a slice. */
  private State framing(NettyBuffer in) {
    ByteBuf slice = in.slice(0);
    int start = slice.readerIndex();
    int end = slice.writerIndex();
    int p = start;
    while (p < end && step != Step.DATA) {
      if (!accept(slice.getByte(p++))) {
        return State.ERROR;
      }
      if (lastChunk) {
        lastChunk = false;
        in.drain(p - start);
        return State.TRAILERS;
      }
    }
    in.drain(p - start);
    return State.MORE;
  }

  private boolean accept(byte b) {
    switch (step) {
      case SIZE_FIRST, SIZE -> {
        int digit = hex(b);
        if (digit >= 0) {
          // The top three bits stay clear: no overflow, no negative size.
          if (++digits > MAX_SIZE_DIGITS || remaining >>> 57 != 0) {
            return false;
          }
          remaining = remaining << 4 | digit;
          step = Step.SIZE;
          return true;
        }
        if (step == Step.SIZE_FIRST) {
          return false;
        }
        step = b == ';' ? Step.EXTENSION : Step.SIZE_LF;
        return b == ';' || b == '\r';
      }
      case EXTENSION -> {
        if (b == '\r') {
          step = Step.SIZE_LF;
          return true;
        }
        return Bytes.value(b) && ++extension <= MAX_EXTENSION;
      }
      case SIZE_LF -> {
        if (b != '\n') {
          return false;
        }
        if (remaining == 0) {
          lastChunk = true;
        } else {
          step = Step.DATA;
        }
        return true;
      }
      case DATA_CR -> {
        step = Step.DATA_LF;
        return b == '\r';
      }
      case DATA_LF -> {
        step = Step.SIZE_FIRST;
        digits = 0;
        remaining = 0;
        return b == '\n';
      }
      case LENGTH, UNTIL_CLOSE, DATA -> {
        return false;
      }
    }
    throw new IllegalStateException();
  }

  private static int hex(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
