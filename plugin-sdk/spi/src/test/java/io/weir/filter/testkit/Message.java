package io.weir.filter.testkit;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a stream with one filter in it: applies the filter's statuses as Envoy's filter
 * manager does and keeps what came out behind the filter.
 */
public abstract class Message {
  public @Nullable HeaderMap headers;
  public @Nullable HeaderMap trailers;

  /** What the chain buffers; null before anything was buffered. */
  public @Nullable HeapBuffer buffered;

  /** The latest status that the filter returned, its name. */
  public String lastStatus = "";

  /** Whether headers, body bytes and the end came out behind the filter. */
  public boolean headersOut;

  public final HeapBuffer bodyOut = new HeapBuffer();
  public boolean trailersOut;
  public boolean ended;

  private boolean stopped;
  private boolean stoppedAll;
  private boolean endReceived;
  private boolean inCallback;
  private boolean resumeRequested;

  abstract FilterHeadersStatus callHeaders(HeaderMap headers, boolean endStream);

  abstract FilterDataStatus callData(Buffer data, boolean endStream);

  abstract FilterTrailersStatus callTrailers(HeaderMap trailers);

  abstract void complete();

  /** Whether the stream is over for this direction. */
  abstract boolean dead();

  public boolean stopped() {
    return stopped;
  }

  void headers(HeaderMap received, boolean endStream) {
    headers = received;
    endReceived = endStream;
    inCallback = true;
    FilterHeadersStatus status = callHeaders(received, endStream);
    inCallback = false;
    lastStatus = status.name();
    if (dead()) {
      return;
    }
    switch (status) {
      case CONTINUE -> release(endStream && trailers == null);
      case CONTINUE_AND_DONT_END_STREAM -> headersOut = true;
      case STOP_ITERATION -> stopped = true;
      case STOP_ALL_ITERATION_AND_BUFFER, STOP_ALL_ITERATION_AND_WATERMARK -> {
        stopped = true;
        stoppedAll = true;
      }
    }
    afterCallback(endStream);
  }

  void data(HeapBuffer data, boolean endStream) {
    endReceived |= endStream;
    if (stoppedAll) {
      data.moveTo(buffer());
      return;
    }
    inCallback = true;
    FilterDataStatus status = callData(data, endStream);
    inCallback = false;
    lastStatus = status.name();
    if (dead()) {
      return;
    }
    switch (status) {
      case CONTINUE -> {
        if (buffered != null) {
          data.moveTo(buffered);
        } else {
          data.moveTo(bodyOut);
        }
        stopped = false;
        release(endStream && trailers == null);
        if (trailers != null) {
          trailers(trailers);
        }
      }
      case STOP_ITERATION_AND_BUFFER, STOP_ITERATION_AND_WATERMARK -> {
        stopped = true;
        data.moveTo(buffer());
      }
      case STOP_ITERATION_NO_BUFFER -> {
        stopped = true;
        data.clear();
      }
    }
    afterCallback(endStream);
  }

  void trailers(HeaderMap received) {
    trailers = received;
    endReceived = true;
    if (stoppedAll) {
      return;
    }
    inCallback = true;
    FilterTrailersStatus status = callTrailers(received);
    inCallback = false;
    lastStatus = status.name();
    if (dead()) {
      return;
    }
    if (status == FilterTrailersStatus.CONTINUE) {
      stopped = false;
      release(false);
      trailersOut = true;
      ended = true;
    } else {
      stopped = true;
    }
    afterCallback(true);
  }

  private void afterCallback(boolean endSeen) {
    if (endSeen && endReceived) {
      complete();
    }
    if (resumeRequested) {
      resumeRequested = false;
      resume();
    }
  }

  /** {@code continueDecoding} or {@code continueEncoding}. */
  void resume() {
    if (inCallback) {
      resumeRequested = true;
      return;
    }
    if (!stopped || dead()) {
      return;
    }
    stopped = false;
    if (!stoppedAll) {
      release(endReceived && trailers == null);
      if (trailers != null) {
        trailersOut = true;
        ended = true;
      }
      return;
    }
    stoppedAll = false;
    headersOut = true;
    HeapBuffer held = buffered;
    buffered = null;
    if (held != null) {
      data(held, endReceived && trailers == null);
    }
    if (trailers != null) {
      trailers(trailers);
    } else if (held == null && endReceived) {
      ended = true;
    }
  }

  private void release(boolean end) {
    headersOut = true;
    if (buffered != null) {
      buffered.moveTo(bodyOut);
      buffered = null;
    }
    ended |= end;
  }

  HeapBuffer buffer() {
    if (buffered == null) {
      buffered = new HeapBuffer();
    }
    return buffered;
  }
}
