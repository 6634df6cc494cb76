package io.weir.plugin.jvm;

import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.plugin.Action;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.ExchangeEndedError;
import io.weir.plugin.GrpcCall;
import io.weir.plugin.GrpcReply;
import io.weir.plugin.Headers;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Log;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP plugin. Pauses mean what they mean in a wasm host: on headers the whole
 * direction waits, on a body it is collected and shown again as a whole.
 *
 * <p>What leaves a callback is logged and counted; the stream is answered 500.
 */
final class HttpPluginFilter implements HttpFilter, HttpExchange {
  private static final String ERROR_DETAILS = "plugin_error";

  private final HttpPlugin plugin;
  private final PluginCalls calls;
  private final StartContext context;
  private final @Nullable StraightCalls http;
  private final HttpFilterCallbacks callbacks;
  private final Turn request = new Turn(this, true);
  private final Turn response = new Turn(this, false);
  private @Nullable List<PluginCall> sent;
  private @Nullable Object state;
  private boolean replied;
  // Whether the response is none of the plugin's business: the plugin failed, or replaced it.
  private boolean quiet;
  private boolean destroyed;

  HttpPluginFilter(HttpPluginWorker worker, HttpFilterCallbacks callbacks) {
    this.plugin = worker.plugin();
    this.calls = worker.calls();
    this.context = worker.context();
    this.http = context.straightLine();
    this.callbacks = callbacks;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    return headersStatus(request.headers(endStream));
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    return quiet && !replied
        ? FilterDataStatus.CONTINUE
        : dataStatus(request, request.body(data, endStream));
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    return quiet && !replied ? FilterTrailersStatus.CONTINUE : trailersStatus(request.trailers());
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    return quiet ? FilterHeadersStatus.CONTINUE : headersStatus(response.headers(endStream));
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    return quiet ? FilterDataStatus.CONTINUE : dataStatus(response, response.body(data, endStream));
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    return quiet ? FilterTrailersStatus.CONTINUE : trailersStatus(response.trailers());
  }

  @Override
  public void call(Call call, Consumer<CallReply> then) {
    sent().add(PluginCall.send(callbacks.worker().clusters(), call, reply -> replied(then, reply)));
  }

  @Override
  public void grpc(GrpcCall call, Consumer<GrpcReply> then) {
    sent().add(PluginCall.send(callbacks.worker(), call, reply -> replied(then, reply)));
  }

  private List<PluginCall> sent() {
    List<PluginCall> all = sent;
    if (all == null) {
      all = new ArrayList<>(1);
      sent = all;
    }
    return all;
  }

  private <R> void replied(Consumer<R> then, R reply) {
    int outer = calls.budget().enter();
    try {
      then.accept(reply);
    } catch (Throwable e) {
      failed("a call's reply", e);
      release(request);
      release(response);
    } finally {
      calls.budget().exit(outer);
    }
  }

  /** Lets go what a plugin that failed open holds. */
  private void release(Turn turn) {
    if (!replied && !destroyed && turn.paused()) {
      turn.gone();
      if (turn.ofRequest()) {
        callbacks.continueDecoding();
      } else {
        callbacks.continueEncoding();
      }
    }
  }

  @Override
  public void onDestroy() {
    destroyed = true;
    List<PluginCall> all = sent;
    if (all != null) {
      all.forEach(PluginCall::cancel);
    }
    request.end();
    response.end();
  }

  @Override
  public void onStreamComplete() {
    int outer = calls.budget().enter();
    try {
      plugin.onEnd(this);
    } catch (Throwable e) {
      calls.failed("onEnd", e);
    } finally {
      calls.budget().exit(outer);
    }
  }

  // ---- what a turn asks for

  @Nullable StraightCalls http() {
    return http;
  }

  Budget budget() {
    return calls.budget();
  }

  Account account() {
    return calls.account();
  }

  /** Whether callbacks of a direction are of no use any more. */
  boolean over(Turn turn) {
    return destroyed || quiet || replied && turn.ofRequest();
  }

  /** Calls the plugin. */
  Action dispatch(Turn turn, Turn.Event event, @Nullable SpiBody body, boolean end) {
    boolean ofRequest = turn.ofRequest();
    return switch (event) {
      case HEADERS ->
          ofRequest ? plugin.onRequestHeaders(this, end) : plugin.onResponseHeaders(this, end);
      case BODY -> {
        SpiBody bytes = Objects.requireNonNull(body);
        yield ofRequest
            ? plugin.onRequestBody(this, bytes, end)
            : plugin.onResponseBody(this, bytes, end);
      }
      case TRAILERS -> ofRequest ? plugin.onRequestTrailers(this) : plugin.onResponseTrailers(this);
    };
  }

  /** Something left a callback. */
  Action failed(Turn turn, Turn.Event event, Throwable error) {
    if (destroyed && error instanceof ExchangeEndedError) {
      return Action.PAUSE;
    }
    String side = turn.ofRequest() ? "onRequest" : "onResponse";
    // An answer of the plugin's own that was on its way goes out as it is.
    boolean answered = replied && !turn.ofRequest();
    failed(
        switch (event) {
          case HEADERS -> side + "Headers";
          case BODY -> side + "Body";
          case TRAILERS -> side + "Trailers";
        },
        error);
    return answered || !replied ? Action.CONTINUE : Action.PAUSE;
  }

  /** Adds data to what the stream keeps of a direction. */
  void collect(Turn turn, Buffer data) {
    if (turn.ofRequest()) {
      callbacks.addDecodedData(data, false);
    } else {
      callbacks.addEncodedData(data, false);
    }
  }

  /** What the stream keeps of a direction. */
  @Nullable Buffer collected(Turn turn) {
    return turn.ofRequest() ? callbacks.decodingBuffer() : callbacks.encodingBuffer();
  }

  /** A direction that was held may go on. */
  void goOn(Turn turn) {
    if (destroyed || replied && (quiet || turn.ofRequest())) {
      return;
    }
    if (turn.ofRequest()) {
      callbacks.continueDecoding();
    } else {
      callbacks.continueEncoding();
    }
  }

  private void failed(String callback, Throwable error) {
    calls.failed(callback, error);
    quiet = true;
    if (!replied && !destroyed && !calls.failOpen() && !context.failsOpen()) {
      replied = true;
      callbacks.sendLocalReply(LocalReply.of(500, "", ERROR_DETAILS));
    }
  }

  private static FilterHeadersStatus headersStatus(Action action) {
    return action == Action.CONTINUE
        ? FilterHeadersStatus.CONTINUE
        : FilterHeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK;
  }

  private FilterDataStatus dataStatus(Turn turn, Action action) {
    if (replied && (quiet || turn.ofRequest())) {
      return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
    }
    return action == Action.CONTINUE
        ? FilterDataStatus.CONTINUE
        : FilterDataStatus.STOP_ITERATION_AND_BUFFER;
  }

  private static FilterTrailersStatus trailersStatus(Action action) {
    return action == Action.CONTINUE
        ? FilterTrailersStatus.CONTINUE
        : FilterTrailersStatus.STOP_ITERATION;
  }

  // ---- what the plugin sees

  @Override
  public Headers requestHeaders() {
    return new SpiHeaders(callbacks.requestHeaders(), request.headersGone());
  }

  @Override
  public Headers requestTrailers() {
    return new SpiHeaders(callbacks.requestTrailers(), false);
  }

  @Override
  public Headers responseHeaders() {
    return new SpiHeaders(callbacks.responseHeaders(), response.headersGone());
  }

  @Override
  public Headers responseTrailers() {
    return new SpiHeaders(callbacks.responseTrailers(), false);
  }

  @Override
  public Action reply(int status, String body, String... headers) {
    if (headers.length % 2 != 0) {
      throw new IllegalArgumentException("headers must be names and values in turns");
    }
    quiet |= response.begun();
    replied = true;
    callbacks.sendLocalReply(
        new LocalReply(
            status,
            body.getBytes(StandardCharsets.UTF_8),
            map -> {
              for (int i = 0; i < headers.length; i += 2) {
                map.add(headers[i], WireText.wire(headers[i + 1]));
              }
            },
            null,
            "plugin_reply"));
    return Action.PAUSE;
  }

  @Override
  public void resumeRequest() {
    if (!request.resumedInside()) {
      request.gone();
      callbacks.continueDecoding();
    }
  }

  @Override
  public void resumeResponse() {
    if (!response.resumedInside()) {
      response.gone();
      callbacks.continueEncoding();
    }
  }

  @Override
  public @Nullable String attribute(String... path) {
    return new Attributes(
            callbacks.streamInfo(),
            callbacks.streamInfo().connection(),
            callbacks.requestHeaders(),
            callbacks.responseHeaders(),
            callbacks.route())
        .get(path);
  }

  @Override
  public void setAttribute(String name, String value) {
    Attributes.set(callbacks.streamInfo(), name, value);
  }

  @Override
  public boolean setMetadata(String namespace, String key, String value) {
    callbacks.streamInfo().dynamicMetadata().set(namespace, key, Value.of(value));
    return true;
  }

  @Override
  public void clearRouteCache() {
    callbacks.clearRouteCache();
  }

  @Override
  public @Nullable Object state() {
    return state;
  }

  @Override
  public void setState(@Nullable Object state) {
    this.state = state;
  }

  @Override
  public Log log() {
    return calls.log();
  }
}
