package io.weir.proxy.http;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.proxy.buffer.NettyBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a stream through its filters: who sees what, when iteration stops, what is
 * buffered meanwhile and how it goes on. The rules are Envoy's ({@code envoy/http/filter.h}); where
 * its two directions differ by accident, both behave here as its request direction does.
 *
 * <p>Positions count in the order in which this direction visits the filters. There is one buffer
 * for the whole direction: the first filter that stops creates it, later filters edit it in place.
 */
abstract sealed class MessageFlow permits RequestFlow, ResponseFlow {
  // What is known of each filter, as bits.
  private static final int STOPPED = 1;
  private static final int STOPPED_ALL = 2;
  private static final int STREAMING = 4;
  private static final int STOP_MASK = STOPPED | STOPPED_ALL | STREAMING;

  /** Resuming after a stop-all: data and trailers begin at the filter itself. */
  private static final int FROM_CURRENT = 8;

  /** The filter let the headers go on. */
  private static final int HEADERS_PASSED = 16;

  /** The filter saw the end: nothing further of this direction is for it. */
  private static final int ENDED = 32;

  /** The callback that is running in this direction. */
  enum Call {
    NONE,
    INFORMATIONAL,
    HEADERS,
    DATA,
    LAST_DATA,
    TRAILERS
  }

  final FilterManager manager;
  @Nullable HeaderMap headers;
  @Nullable HeaderMap trailers;

  /** The body that filters wait for; null until one stopped. */
  @Nullable NettyBuffer held;

  /** The source has sent its last byte. */
  boolean complete;

  /** A local reply or reset has ended this direction for filters. */
  boolean aborted;

  Call call = Call.NONE;

  private int[] marks = {};
  private boolean streaming;
  private boolean aboveLimit;
  private int lastDataPosition = -1;

  MessageFlow(FilterManager manager) {
    this.manager = manager;
  }

  // ---- what the directions do differently

  abstract ActiveFilter filter(int position);

  abstract FilterHeadersStatus callHeaders(ActiveFilter filter, HeaderMap headers, boolean end);

  abstract FilterDataStatus callData(ActiveFilter filter, Buffer data, boolean end);

  abstract FilterTrailersStatus callTrailers(ActiveFilter filter, HeaderMap trailers);

  abstract void callComplete(ActiveFilter filter);

  /** Whether the filter at the last position ends the chain, whatever it returns. */
  abstract boolean lastIsTerminal();

  /** All filters let the headers pass. */
  abstract void passedHeaders(HeaderMap headers, boolean end);

  abstract void passedData(Buffer data, boolean end);

  abstract void passedTrailers(HeaderMap trailers);

  /** Replays an informational response that was held at {@code position}. */
  abstract void resumeInformational(int position);

  /** The buffer is over its limit and nobody wants it streamed. */
  abstract void tooLarge();

  abstract void slowSender();

  abstract void resumeSender();

  abstract long limit();

  // ---- messages

  void start(int filters) {
    marks = new int[filters];
  }

  int size() {
    return marks.length;
  }

  boolean stopped(int position) {
    return (marks[position] & STOP_MASK) != 0;
  }

  /** Stops the filter as {@code STOP_ITERATION} on headers does. */
  final void stop(int position) {
    set(position, STOPPED, true);
  }

  private boolean stoppedAll(int position) {
    return (marks[position] & STOPPED_ALL) != 0;
  }

  private void set(int position, int bit, boolean on) {
    if (on) {
      marks[position] |= bit;
    } else {
      marks[position] &= ~bit;
    }
  }

  private boolean has(int position, int bit) {
    return (marks[position] & bit) != 0;
  }

  /** Nothing of this direction may reach a filter any more. */
  final boolean over() {
    return aborted || manager.ended();
  }

  final void runHeaders(int from, HeaderMap map, boolean endStream) {
    boolean end = endStream;
    int bodyAddedAt = -1;
    for (int i = from; i < marks.length; i++) {
      boolean ends = end && bodyAddedAt < 0;
      set(i, ENDED, ends);
      Call outer = call;
      call = Call.HEADERS;
      FilterHeadersStatus status = callHeaders(filter(i), map, ends);
      call = outer;
      if (cut()) {
        return;
      }
      boolean goesOn = afterHeaders(i, status);
      if (status == FilterHeadersStatus.CONTINUE_AND_DONT_END_STREAM) {
        end = false;
      }
      if (ends) {
        callComplete(filter(i));
        if (cut()) {
          return;
        }
      }
      if (!goesOn && !terminal(i)) {
        resumeAddedBody(bodyAddedAt);
        return;
      }
      // A filter gave a body to a message without one: later filters must not see the end yet.
      if (end && held != null && bodyAddedAt < 0) {
        bodyAddedAt = i;
      }
    }
    passedHeaders(map, end && bodyAddedAt < 0);
    if (!over()) {
      resumeAddedBody(bodyAddedAt);
    }
  }

  private boolean afterHeaders(int position, FilterHeadersStatus status) {
    switch (status) {
      case CONTINUE, CONTINUE_AND_DONT_END_STREAM -> {
        set(position, HEADERS_PASSED, true);
        return true;
      }
      case STOP_ITERATION -> set(position, STOPPED, true);
      case STOP_ALL_ITERATION_AND_BUFFER -> set(position, STOPPED_ALL, true);
      case STOP_ALL_ITERATION_AND_WATERMARK -> set(position, STOPPED_ALL | STREAMING, true);
    }
    return false;
  }

  private void resumeAddedBody(int position) {
    if (position >= 0) {
      set(position, STOPPED, true);
      resume(position);
    }
  }

  final void runData(int from, Buffer data, boolean endStream) {
    if (over()) {
      return;
    }
    boolean end = endStream;
    boolean hadTrailers = trailers != null;
    int trailersAddedAt = -1;
    int stoppedAt = -1;
    for (int i = from; i < marks.length; i++) {
      if (stoppedAll(i)) {
        streaming = has(i, STREAMING);
        hold(data);
        return;
      }
      if (has(i, ENDED)) {
        return;
      }
      boolean ends = end && trailers == null;
      set(i, ENDED, ends);
      lastDataPosition = i;
      Call outer = call;
      call = ends ? Call.LAST_DATA : Call.DATA;
      FilterDataStatus status = callData(filter(i), data, ends);
      call = outer;
      if (ends && !manager.ended()) {
        callComplete(filter(i));
      }
      if (cut()) {
        return;
      }
      if (!hadTrailers && trailers != null && trailersAddedAt < 0) {
        end = false;
        trailersAddedAt = i;
      }
      if (!afterData(i, status, data) && !terminal(i)) {
        stoppedAt = i;
        break;
      }
    }
    if (stoppedAt < 0) {
      passedData(data, end && trailersAddedAt < 0);
    }
    // The filter that added trailers passes them itself when it goes on later.
    if (trailersAddedAt >= 0 && stoppedAt != trailersAddedAt && !over()) {
      runTrailers(trailersAddedAt + 1);
    }
    drained();
  }

  private boolean afterData(int position, FilterDataStatus status, Buffer data) {
    if (status == FilterDataStatus.CONTINUE) {
      if (!stopped(position)) {
        return true;
      }
      hold(data);
      resume(position);
      return false;
    }
    set(position, STOPPED, true);
    if (status == FilterDataStatus.STOP_ITERATION_NO_BUFFER) {
      if (complete && trailers == null && held == null) {
        // So that going on later still delivers the end.
        held = manager.newBuffer();
      }
    } else {
      streaming = status == FilterDataStatus.STOP_ITERATION_AND_WATERMARK;
      hold(data);
    }
    return false;
  }

  final void runTrailers(int from) {
    HeaderMap map = trailers;
    if (over() || map == null) {
      return;
    }
    for (int i = from; i < marks.length; i++) {
      if (stoppedAll(i)) {
        return;
      }
      Call outer = call;
      call = Call.TRAILERS;
      FilterTrailersStatus status = callTrailers(filter(i), map);
      call = outer;
      set(i, ENDED, true);
      if (!manager.ended()) {
        callComplete(filter(i));
      }
      if (cut()) {
        return;
      }
      if (!afterTrailers(i, status) && !terminal(i)) {
        return;
      }
    }
    passedTrailers(map);
  }

  private boolean afterTrailers(int position, FilterTrailersStatus status) {
    if (status == FilterTrailersStatus.CONTINUE) {
      if (!stopped(position)) {
        return true;
      }
      resume(position);
      return false;
    }
    if (!stopped(position)) {
      set(position, STOPPED, true);
    }
    return false;
  }

  private boolean terminal(int position) {
    return position == marks.length - 1 && lastIsTerminal();
  }

  /** After a callback: whether it ended this direction. */
  private boolean cut() {
    if (!over()) {
      return false;
    }
    if (call == Call.NONE) {
      manager.executePreparedReply();
    }
    return true;
  }

  // ---- going on

  /**
   * The filter lets go what it held.
   *
   * @return false when it was not stopped
   */
  final boolean resume(int position) {
    if (over()) {
      return true;
    }
    if (!stopped(position)) {
      return false;
    }
    if (stoppedAll(position)) {
      set(position, FROM_CURRENT, true);
    }
    set(position, STOP_MASK, false);
    resumeInformational(position);
    HeaderMap map = headers;
    if (map == null) {
      return true;
    }
    if (!has(position, HEADERS_PASSED)) {
      set(position, HEADERS_PASSED, true);
      runHeaders(position + 1, map, complete && held == null && trailers == null);
    }
    // Trailers that filters add while data passes are passed on with that data.
    boolean hadTrailers = trailers != null;
    NettyBuffer body = held;
    if (body != null && !over()) {
      runData(next(position), body, complete && !hadTrailers);
    }
    if (hadTrailers && !over()) {
      runTrailers(next(position));
    }
    set(position, FROM_CURRENT, false);
    if (!over()) {
      drained();
    }
    return true;
  }

  private int next(int position) {
    return has(position, FROM_CURRENT) ? position : position + 1;
  }

  // ---- what filters add

  final void addData(int position, Buffer data, boolean stream) {
    if (over()) {
      return;
    }
    switch (call) {
      case NONE, HEADERS, DATA, LAST_DATA -> addToHeld(data, stream);
      case TRAILERS -> {
        if (stopped(position)) {
          addToHeld(data, stream);
        } else {
          runData(position + 1, data, false);
        }
      }
      case INFORMATIONAL -> manager.invalidBodyAdded();
    }
  }

  private void addToHeld(Buffer data, boolean stream) {
    streaming = stream;
    hold(data);
  }

  final void injectData(int position, Buffer data, boolean endStream) {
    HeaderMap map = headers;
    if (over() || map == null) {
      return;
    }
    if (!has(position, HEADERS_PASSED)) {
      set(position, HEADERS_PASSED, true);
      runHeaders(position + 1, map, false);
    }
    if (!over()) {
      runData(next(position), data, endStream);
    }
  }

  final HeaderMap addTrailers() {
    if (call != Call.LAST_DATA || trailers != null) {
      throw new IllegalStateException("trailers may be added once, with the last data");
    }
    var added = new HeaderMap(128, 4);
    trailers = added;
    return added;
  }

  /** The buffer, if the filter may edit it: nothing came to other filters since it saw data. */
  final @Nullable NettyBuffer editable(int position) {
    return lastDataPosition == position ? held : null;
  }

  // ---- the buffer

  private void hold(Buffer data) {
    NettyBuffer body = held;
    if (body == null) {
      body = manager.newBuffer();
      held = body;
    }
    if (data != body) {
      data.moveTo(body);
    }
    checkLimit();
  }

  final void checkLimit() {
    NettyBuffer body = held;
    if (body == null || limit() == 0 || body.length() <= limit() || aboveLimit) {
      return;
    }
    if (streaming) {
      aboveLimit = true;
      slowSender();
    } else {
      tooLarge();
    }
  }

  final void drained() {
    NettyBuffer body = held;
    if (aboveLimit && body != null && body.length() <= limit() / 2) {
      aboveLimit = false;
      resumeSender();
    }
  }

  final void release() {
    if (held != null) {
      held.release();
    }
  }
}
