package io.weir.plugin.jvm;

import io.weir.filter.buffer.Buffer;
import io.weir.plugin.Action;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an exchange: runs the plugin's callbacks one after the other. When the plugin
 * makes straight-line calls, a callback runs in a {@link Strand}; what comes in while it waits is
 * shown to the plugin after it.
 */
final class Turn {
  /** What came in. */
  enum Event {
    HEADERS,
    BODY,
    TRAILERS
  }

  private final HttpPluginFilter filter;
  private final boolean ofRequest;
  private boolean running;
  private boolean resumed;
  private boolean collecting;
  private boolean headersGone;
  private boolean paused;
  private boolean begun;
  // Only with straight-line calls:
  private @Nullable Strand strand;
  private Event event = Event.HEADERS;
  private boolean end;
  private @Nullable SpiBody body;
  private Action result = Action.CONTINUE;
  private boolean outside;
  private boolean moreBody;
  private boolean moreTrailers;
  private boolean moreEnd;

  Turn(HttpPluginFilter filter, boolean ofRequest) {
    this.filter = filter;
    this.ofRequest = ofRequest;
  }

  boolean ofRequest() {
    return ofRequest;
  }

  Action headers(boolean endStream) {
    return run(Event.HEADERS, null, endStream);
  }

  Action body(Buffer data, boolean endStream) {
    if (strand != null) {
      moreBody = true;
      moreEnd = endStream;
      return Action.PAUSE;
    }
    Buffer all = data;
    if (collecting) {
      filter.collect(this, data);
      Buffer collected = filter.collected(this);
      all = collected == null ? data : collected;
    }
    Action action = run(Event.BODY, new SpiBody(all, 0), endStream);
    collecting = action == Action.PAUSE;
    return action;
  }

  Action trailers() {
    if (strand != null) {
      moreTrailers = true;
      return Action.PAUSE;
    }
    return run(Event.TRAILERS, null, true);
  }

  /** A pause that ends before its callback does is none; returns whether that is so. */
  boolean resumedInside() {
    if (running) {
      resumed = true;
    }
    return running;
  }

  /** Whether the headers were let go, so that changes to them come too late. */
  boolean headersGone() {
    return headersGone;
  }

  /** What was held goes on. */
  void gone() {
    headersGone = true;
    paused = false;
  }

  /** Whether a callback holds the direction. */
  boolean paused() {
    return paused;
  }

  /** The exchange is over. */
  void end() {
    Strand waiting = strand;
    if (waiting != null) {
      waiting.abandon();
    }
  }

  /** Whether anything of this direction was shown to the plugin. */
  boolean begun() {
    return begun;
  }

  private Action run(Event what, @Nullable SpiBody data, boolean endStream) {
    StraightCalls http = filter.http();
    if (http == null) {
      return callback(what, data, endStream);
    }
    event = what;
    body = data;
    end = endStream;
    outside = false;
    var started = new Strand(http, this::callbacks);
    strand = started;
    started.resume();
    if (started.done()) {
      strand = null;
      return result;
    }
    outside = true;
    if (data != null) {
      data.moveTo(() -> filter.collected(this));
    }
    return Action.PAUSE;
  }

  /** The strand's code. */
  private void callbacks() {
    do {
      result = callback(event, body, end);
    } while (next());
    if (outside) {
      strand = null;
      collecting = event == Event.BODY && result == Action.PAUSE;
      if (result == Action.CONTINUE) {
        filter.goOn(this);
      }
    }
  }

  /** Takes up what came in during the last callback. */
  private boolean next() {
    if (filter.over(this) || !(moreBody || moreTrailers)) {
      return false;
    }
    if (moreBody) {
      moreBody = false;
      Buffer collected = filter.collected(this);
      if (collected != null) {
        SpiBody shown = body;
        long from = shown == null || result == Action.PAUSE ? 0 : shown.end();
        var rest = new SpiBody(collected, from);
        rest.moveTo(() -> filter.collected(this));
        event = Event.BODY;
        body = rest;
        end = moreEnd;
        return true;
      }
    }
    if (!moreTrailers) {
      return false;
    }
    moreTrailers = false;
    event = Event.TRAILERS;
    body = null;
    end = true;
    return true;
  }

  private Action callback(Event what, @Nullable SpiBody data, boolean endStream) {
    running = true;
    begun = true;
    resumed = false;
    int outer = filter.budget().enter();
    // A callback that may wait would be charged for the wait.
    boolean measured = filter.account().begin() && filter.http() == null;
    try {
      Action action = filter.dispatch(this, what, data, endStream);
      if (action == Action.PAUSE && resumed && !filter.over(this)) {
        action = Action.CONTINUE;
      }
      headersGone |= action == Action.CONTINUE;
      paused = action == Action.PAUSE;
      return action;
    } catch (Throwable e) {
      return filter.failed(this, what, e);
    } finally {
      if (measured) {
        filter.account().end();
      }
      filter.budget().exit(outer);
      running = false;
    }
  }
}
