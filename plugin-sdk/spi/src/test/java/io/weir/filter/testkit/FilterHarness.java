package io.weir.filter.testkit;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.LocalReplyStatus;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.http.StreamResetReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream with one filter: the test plays downstream and upstream, the harness plays the filter
 * manager. Local replies run through the filter's encode callbacks, as in a chain.
 */
public final class FilterHarness {
  public final FakeWorker worker;
  public final FakeStreamInfo info = new FakeStreamInfo();
  public final FakeCallbacks callbacks = new FakeCallbacks(this);

  /** What the filter asked for, in order: {@code localReply 403 details}, {@code reset …}. */
  public final List<String> events = new ArrayList<>();

  public final Message request = new Decode();
  public final Message response = new Encode();
  public @Nullable LocalReply localReply;
  public @Nullable StreamResetReason reset;
  final HttpFilter filter;
  private boolean inFilter;
  private @Nullable LocalReply pendingReply;
  private boolean destroyed;

  public FilterHarness(HttpFilterWorker filterWorker, FakeWorker worker) {
    this(filterWorker, worker, null);
  }

  /** A stream whose route has a configuration of its own for the filter. */
  public FilterHarness(
      HttpFilterWorker filterWorker, FakeWorker worker, @Nullable RouteConfig route) {
    this.worker = worker;
    if (route != null) {
      callbacks.routeConfigs.add(route);
    }
    HttpFilter made = filterWorker.newFilter(callbacks);
    this.filter = made == null ? new HttpFilter() {} : made;
  }

  // ---- downstream

  /** Sends a request's head; pairs as {@code name, value, name, value}. */
  public FilterHarness request(boolean endStream, String... pairs) {
    request.headers(headers(pairs), endStream);
    return settle();
  }

  /** Sends {@code GET path} without a body. */
  public FilterHarness get(String path, String... more) {
    HeaderMap headers =
        headers(":method", "GET", ":path", path, ":authority", "example.com", ":scheme", "http");
    headers.addAll(headers(more));
    request.headers(headers, true);
    return settle();
  }

  public FilterHarness requestData(String text, boolean endStream) {
    request.data(HeapBuffer.of(text), endStream);
    return settle();
  }

  public FilterHarness requestTrailers(String... pairs) {
    request.trailers(headers(pairs));
    return settle();
  }

  // ---- upstream

  public FilterHarness response(int status, boolean endStream, String... pairs) {
    HeaderMap headers = headers(":status", Integer.toString(status));
    headers.addAll(headers(pairs));
    info.responseCode = status;
    response.headers(headers, endStream);
    return settle();
  }

  public FilterHarness responseData(String text, boolean endStream) {
    response.data(HeapBuffer.of(text), endStream);
    return settle();
  }

  public FilterHarness responseTrailers(String... pairs) {
    response.trailers(headers(pairs));
    return settle();
  }

  // ---- end

  /** Ends the stream: the last callbacks of the filter, once. */
  public FilterHarness close() {
    if (!destroyed) {
      destroyed = true;
      filter.onStreamComplete();
      filter.onDestroy();
      callbacks.destroyed = true;
    }
    return this;
  }

  public boolean destroyed() {
    return destroyed;
  }

  public static HeaderMap headers(String... pairs) {
    var map = new HeaderMap();
    for (int i = 0; i < pairs.length; i += 2) {
      map.add(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  /** Runs queued tasks and a local reply asked for in a callback. */
  public FilterHarness settle() {
    worker.run();
    return this;
  }

  // ---- what the callbacks do

  void reply(LocalReply reply) {
    if (inFilter) {
      pendingReply = pendingReply == null ? reply : pendingReply;
      return;
    }
    if (localReply != null || reset != null || destroyed) {
      events.add("lateReply " + reply.code());
      return;
    }
    if (response.headers != null) {
      if (response.headersOut) {
        events.add("replyAfterHeaders " + reply.code());
        reset(StreamResetReason.LOCAL_RESET, reply.details());
        return;
      }
    }
    localReply = reply;
    events.add("localReply " + reply.code() + " " + reply.details());
    info.details = reply.details();
    info.responseCode = reply.code();
    if (filter.onLocalReply(reply) == LocalReplyStatus.CONTINUE_AND_RESET_STREAM) {
      reset(StreamResetReason.LOCAL_RESET, reply.details());
      return;
    }
    HeaderMap headers = headers(":status", Integer.toString(reply.code()));
    if (reply.body().length > 0) {
      headers.set("content-length", Integer.toString(reply.body().length));
      headers.set("content-type", "text/plain");
    }
    if (reply.modifyHeaders() != null) {
      reply.modifyHeaders().accept(headers);
    }
    response.headers(headers, reply.body().length == 0);
    if (reply.body().length > 0 && !dead()) {
      response.data(HeapBuffer.of(reply.body()), true);
    }
  }

  void reset(StreamResetReason reason, String details) {
    reset = reason;
    events.add("reset " + reason + " " + details);
    close();
  }

  private boolean dead() {
    return reset != null || destroyed;
  }

  private void enter() {
    inFilter = true;
  }

  private void leave() {
    inFilter = false;
    if (pendingReply != null) {
      LocalReply reply = pendingReply;
      pendingReply = null;
      reply(reply);
    }
  }

  private final class Decode extends Message {
    @Override
    FilterHeadersStatus callHeaders(HeaderMap headers, boolean endStream) {
      enter();
      FilterHeadersStatus status = filter.decodeHeaders(headers, endStream);
      leave();
      return status;
    }

    @Override
    FilterDataStatus callData(Buffer data, boolean endStream) {
      enter();
      FilterDataStatus status = filter.decodeData(data, endStream);
      leave();
      return status;
    }

    @Override
    FilterTrailersStatus callTrailers(HeaderMap trailers) {
      enter();
      FilterTrailersStatus status = filter.decodeTrailers(trailers);
      leave();
      return status;
    }

    @Override
    void complete() {
      filter.decodeComplete();
    }

    @Override
    boolean dead() {
      return FilterHarness.this.dead() || localReply != null;
    }
  }

  private final class Encode extends Message {
    @Override
    FilterHeadersStatus callHeaders(HeaderMap headers, boolean endStream) {
      enter();
      FilterHeadersStatus status = filter.encodeHeaders(headers, endStream);
      leave();
      return status;
    }

    @Override
    FilterDataStatus callData(Buffer data, boolean endStream) {
      enter();
      FilterDataStatus status = filter.encodeData(data, endStream);
      leave();
      return status;
    }

    @Override
    FilterTrailersStatus callTrailers(HeaderMap trailers) {
      enter();
      FilterTrailersStatus status = filter.encodeTrailers(trailers);
      leave();
      return status;
    }

    @Override
    void complete() {
      filter.encodeComplete();
    }

    @Override
    boolean dead() {
      return FilterHarness.this.dead();
    }
  }
}
