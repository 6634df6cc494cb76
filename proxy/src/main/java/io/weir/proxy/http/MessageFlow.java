package io.weir.proxy.http;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderStorage;
import io.weir.proxy.buffer.NettyBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a stream through its filters: who sees what, when iteration stops, what is
 * buffered meanwhile and how it goes on. The rules are Envoy's ({@code envoy/http/filter.h}). Where
 * Envoy's one shared buffer would show a filter bytes twice or out of order, because two filters
 * hold some at once, each filter here has what arrived at it.
 *
 * <p>Positions count in the order in which this direction visits the filters.
 */
abstract sealed class MessageFlow permits RequestFlow, ResponseFlow {
  private static final int[] NO_MARKS = {};
  private static final @Nullable NettyBuffer[] NOTHING_HELD = {};

  // What is known of each filter, as bits.
  private static final int STOPPED = 1;
  private static final int STOPPED_ALL = 2;
  private static final int STREAMING = 4;
  private static final int STOP_MASK = STOPPED | STOPPED_ALL | STREAMING;

  /** The filter let the headers go on. */
  private static final int HEADERS_PASSED = 8;

  /** The end of the message has come to the filter. */
  private static final int END_ARRIVED = 16;

  /** Trailers wait at the filter. */
  private static final int TRAILERS_WAIT = 32;

  /** The filter gave a body to headers that ended the message: that body ends it. */
  private static final int BODY_ENDS = 64;

  /** The filter was told the end: what it holds now it has added itself. */
  private static final int END_SEEN = 128;

  /** The filter has seen the headers. */
  private static final int HEADERS_ARRIVED = 256;

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

  /** The source has sent its last byte. */
  boolean complete;

  /** A local reply or reset has ended this direction for filters. */
  boolean aborted;

  Call call = Call.NONE;

  /** The data on their way are the source's, as they came; not what a filter held or added. */
  private boolean arriving;

  private int[] marks = NO_MARKS;
  // Bytes that wait at each filter, null when nothing does; made when first needed.
  private @Nullable NettyBuffer[] held = NOTHING_HELD;
  private boolean streaming;
  private boolean aboveLimit;

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

  private @Nullable NettyBuffer held(int position) {
    return held == NOTHING_HELD ? null : held[position];
  }

  private void keep(int position, NettyBuffer body) {
    if (held == NOTHING_HELD) {
      held = new NettyBuffer[marks.length];
    }
    held[position] = body;
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

  /** Final headers also let go a filter that held an informational response, which they replace. */
  final void runHeaders(int from, HeaderMap map, boolean endStream) {
    boolean end = endStream;
    boolean bodyAdded = false;
    int i = from;
    for (; i < marks.length; i++) {
      boolean ends = end && !bodyAdded;
      set(i, STOP_MASK, false);
      set(i, HEADERS_ARRIVED, true);
      set(i, END_ARRIVED | END_SEEN, ends);
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
        break;
      }
      // A filter added to the body: when that was empty, later filters must not see the end yet.
      if (held(i) != null && !stopped(i)) {
        bodyAdded = true;
        set(i, BODY_ENDS, ends);
      }
    }
    if (i == marks.length) {
      passedHeaders(map, end && !bodyAdded);
    }
    if (bodyAdded) {
      passAddedBody(from, Math.min(i, marks.length - 1));
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

  /** What filters added in their headers callbacks follows the headers, the last one's first. */
  private void passAddedBody(int from, int to) {
    for (int i = to; i >= from && !over(); i--) {
      NettyBuffer body = held(i);
      if (body != null && !stopped(i)) {
        held[i] = null;
        runData(i + 1, body, has(i, BODY_ENDS));
        body.release();
      }
    }
  }

  /** Data come from the source of the message. */
  final void arrive(Buffer data, boolean endStream) {
    complete = endStream;
    arriving = true;
    runData(0, data, endStream);
    arriving = false;
  }

  /** Whether the filter that runs is handed data of the source, as they came. */
  final boolean arriving() {
    return arriving;
  }

  final void runData(int from, Buffer data, boolean endStream) {
    boolean end = endStream;
    for (int i = from; i < marks.length; i++) {
      if (over()) {
        return;
      }
      set(i, END_ARRIVED, end);
      if (stoppedAll(i)) {
        streaming = has(i, STREAMING);
        hold(i, data);
        return;
      }
      boolean hadTrailers = trailers != null;
      Call outer = call;
      call = end ? Call.LAST_DATA : Call.DATA;
      FilterDataStatus status = callData(filter(i), data, end);
      call = outer;
      if (end && !manager.ended()) {
        callComplete(filter(i));
      }
      if (cut()) {
        return;
      }
      boolean trailersAdded = !hadTrailers && trailers != null;
      set(i, TRAILERS_WAIT, trailersAdded);
      if (!afterData(i, status, data) && !terminal(i)) {
        return;
      }
      if (trailersAdded) {
        // The data goes on, and the trailers after it.
        set(i, TRAILERS_WAIT, false);
        runData(i + 1, data, false);
        runTrailers(i + 1);
        return;
      }
    }
    if (!over()) {
      passedData(data, end);
    }
  }

  /**
   * @return whether {@code data} goes on to the next filter
   */
  private boolean afterData(int position, FilterDataStatus status, Buffer data) {
    if (status == FilterDataStatus.CONTINUE) {
      if (stopped(position)) {
        hold(position, data);
        arriving = false;
        if (!over()) {
          resume(position);
        }
        return false;
      }
      NettyBuffer added = held(position);
      if (added != null) {
        // What the filter added comes first.
        arriving = false;
        held[position] = null;
        data.moveTo(added);
        added.moveTo(data);
      }
      return true;
    }
    set(position, STOPPED, true);
    if (status == FilterDataStatus.STOP_ITERATION_NO_BUFFER) {
      if (has(position, END_ARRIVED) && held(position) == null) {
        // So that going on later still delivers the end.
        keep(position, manager.newBuffer());
      }
    } else {
      streaming = status == FilterDataStatus.STOP_ITERATION_AND_WATERMARK;
      hold(position, data);
    }
    return false;
  }

  final void runTrailers(int from) {
    HeaderMap map = trailers;
    if (map == null) {
      return;
    }
    for (int i = from; i < marks.length; i++) {
      if (over()) {
        return;
      }
      set(i, END_ARRIVED, true);
      if (stoppedAll(i)) {
        set(i, TRAILERS_WAIT, true);
        return;
      }
      Call outer = call;
      call = Call.TRAILERS;
      FilterTrailersStatus status = callTrailers(filter(i), map);
      call = outer;
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
    if (!over()) {
      passedTrailers(map);
    }
  }

  private boolean afterTrailers(int position, FilterTrailersStatus status) {
    boolean goesOn = status == FilterTrailersStatus.CONTINUE;
    if (goesOn && !stopped(position)) {
      return true;
    }
    set(position, TRAILERS_WAIT, true);
    if (goesOn) {
      resume(position);
    } else if (!stopped(position)) {
      set(position, STOPPED, true);
    }
    return false;
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
    // After a stop-all the filter has not seen data and trailers itself.
    int next = stoppedAll(position) && !has(position, END_SEEN) ? position : position + 1;
    set(position, STOP_MASK, false);
    if (!has(position, HEADERS_ARRIVED)) {
      resumeInformational(position);
    }
    HeaderMap map = headers;
    if (map == null || !has(position, HEADERS_ARRIVED)) {
      return true;
    }
    boolean trailersWait = has(position, TRAILERS_WAIT);
    boolean ends = has(position, END_ARRIVED) && !trailersWait;
    if (!has(position, HEADERS_PASSED)) {
      set(position, HEADERS_PASSED, true);
      runHeaders(position + 1, map, ends && held(position) == null);
    }
    NettyBuffer body = held(position);
    if (body != null && !over()) {
      held[position] = null;
      runData(next, body, ends);
      body.release();
    }
    if (trailersWait && !over()) {
      set(position, TRAILERS_WAIT, false);
      runTrailers(next);
    }
    drained();
    return true;
  }

  // ---- what filters add

  final void addData(int position, Buffer data, boolean stream) {
    if (over()) {
      return;
    }
    switch (call) {
      case NONE, HEADERS, DATA, LAST_DATA -> addToHeld(position, data, stream);
      case TRAILERS -> {
        if (stopped(position)) {
          addToHeld(position, data, stream);
        } else {
          runData(position + 1, data, false);
        }
      }
      case INFORMATIONAL -> manager.invalidBodyAdded();
    }
  }

  private void addToHeld(int position, Buffer data, boolean stream) {
    streaming = stream;
    hold(position, data);
  }

  final void injectData(int position, Buffer data, boolean endStream) {
    HeaderMap map = headers;
    if (over() || map == null || !has(position, HEADERS_ARRIVED)) {
      return;
    }
    if (!has(position, HEADERS_PASSED)) {
      set(position, HEADERS_PASSED, true);
      runHeaders(position + 1, map, false);
    }
    boolean outer = arriving;
    arriving = false;
    runData(position + 1, data, endStream);
    arriving = outer;
  }

  final HeaderMap addTrailers() {
    if (call != Call.LAST_DATA || trailers != null) {
      throw new IllegalStateException("trailers may be added once, with the last data");
    }
    var added = new HeaderMap(128, 4);
    trailers = added;
    return added;
  }

  // ---- the buffers

  /** The body that waits at the filter, or else at the next one behind it that holds any. */
  final @Nullable NettyBuffer buffer(int position) {
    for (int i = position; i < held.length; i++) {
      if (held[i] != null) {
        return held[i];
      }
    }
    return null;
  }

  /** The buffer that the filter may edit: its own. */
  final @Nullable NettyBuffer editable(int position) {
    return held(position);
  }

  private void hold(int position, Buffer data) {
    NettyBuffer body = held(position);
    if (body == null) {
      body = manager.newBuffer();
      keep(position, body);
    }
    data.moveTo(body);
    checkLimit();
  }

  /** How many bytes filters hold back. */
  final long heldBytes() {
    long bytes = 0;
    for (NettyBuffer each : held) {
      bytes += each == null ? 0 : each.length();
    }
    return bytes;
  }

  final void checkLimit() {
    long most = limit();
    if (most == 0 || aboveLimit || heldBytes() <= most) {
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
    if (aboveLimit && !manager.ended() && heldBytes() <= limit() / 2) {
      aboveLimit = false;
      resumeSender();
    }
  }

  /** All bytes that wait, those that came first at the front; null when there are none. */
  final @Nullable NettyBuffer takeHeld() {
    NettyBuffer all = null;
    for (int i = held.length - 1; i >= 0; i--) {
      NettyBuffer each = held[i];
      if (each == null || each.isEmpty()) {
        continue;
      }
      held[i] = null;
      if (all == null) {
        all = each;
      } else {
        each.moveTo(all);
        each.release();
      }
    }
    return all;
  }

  final void releaseHeaders(HeaderStorage storage) {
    if (headers != null) {
      storage.release(headers);
    }
    if (trailers != null) {
      storage.release(trailers);
    }
  }

  final void release() {
    for (int i = 0; i < held.length; i++) {
      NettyBuffer each = held[i];
      if (each != null) {
        each.release();
        held[i] = null;
      }
    }
  }
}
