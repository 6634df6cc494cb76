package io.weir.plugin.wasm;

import org.jspecify.annotations.Nullable;
import org.teavm.runtime.Fiber;

/**
 * One direction of an exchange of a plugin that makes straight-line calls: its callbacks run one
 * after the other in a fiber; what comes in while one waits is shown to the plugin after it.
 */
final class GuestTurn implements Fiber.FiberRunner {
  static final int HEADERS = 0;
  static final int BODY = 1;
  static final int TRAILERS = 2;

  private final int context;
  private final int stream;
  private int event;
  private int length;
  private int end;
  private @Nullable GuestBody body;
  private int status;
  private boolean busy;
  private boolean outside;
  private boolean moreBody;
  private boolean moreTrailers;
  private int moreEnd;
  // Bytes of the host's buffer behind the body that the waiting callback was shown.
  private int rest;

  /**
   * @param stream {@link Abi#REQUEST_STREAM} or {@link Abi#RESPONSE_STREAM}
   */
  GuestTurn(int context, int stream) {
    this.context = context;
    this.stream = stream;
  }

  /** A callback of the host; returns what to tell it. */
  int enter(int what, int count, int endOfStream) {
    if (busy) {
      note(what, count, endOfStream);
      return HttpGuest.PAUSE;
    }
    event = what;
    length = count;
    end = endOfStream;
    body = what == BODY ? new GuestBody(buffer(), 0, count) : null;
    busy = true;
    outside = false;
    int before = GuestHttp.enter(context);
    Fiber.start(this, true);
    GuestHttp.enter(before);
    outside = true;
    if (busy) {
      return HttpGuest.PAUSE;
    }
    if (what == HEADERS && status == HttpGuest.CONTINUE) {
      HttpGuest.freezeHeaders(context, stream);
    }
    return status;
  }

  private void note(int what, int count, int endOfStream) {
    if (what == BODY) {
      moreBody = true;
      moreEnd = endOfStream;
      rest = count - shownEnd();
    } else {
      moreTrailers = true;
    }
  }

  private int shownEnd() {
    GuestBody shown = body;
    return shown == null ? 0 : shown.end();
  }

  /** The fiber's code. */
  @Override
  public void run() {
    status = dispatch();
    while (next()) {
      status = dispatch();
    }
    busy = false;
    if (outside && status == HttpGuest.CONTINUE) {
      Abi.continueStream(stream);
    }
  }

  /** Takes up what came in during the last callback. */
  private boolean next() {
    if (HttpGuest.over(context, stream)) {
      return false;
    }
    if (moreBody) {
      moreBody = false;
      int shown = shownEnd();
      int from = status == HttpGuest.CONTINUE ? shown : 0;
      event = BODY;
      body = new GuestBody(buffer(), from, shown + rest - from);
      end = moreEnd;
      return true;
    }
    if (moreTrailers) {
      moreTrailers = false;
      event = TRAILERS;
      body = null;
      return true;
    }
    return false;
  }

  private int buffer() {
    return stream == Abi.REQUEST_STREAM ? Abi.REQUEST_BODY : Abi.RESPONSE_BODY;
  }

  private int dispatch() {
    GuestBody shown = body;
    if (stream == Abi.REQUEST_STREAM) {
      return event == HEADERS
          ? HttpGuest.onRequestHeaders(context, length, end)
          : shown != null
              ? HttpGuest.requestBody(context, shown, end)
              : HttpGuest.onRequestTrailers(context, length);
    }
    return event == HEADERS
        ? HttpGuest.onResponseHeaders(context, length, end)
        : shown != null
            ? HttpGuest.responseBody(context, shown, end)
            : HttpGuest.onResponseTrailers(context, length);
  }
}
