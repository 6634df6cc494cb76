package io.weir.wasm.context;

import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.RouteInfo;
import io.weir.filter.http.StreamResetReason;
import io.weir.wasm.abi.BufferType;
import io.weir.wasm.abi.Callback;
import io.weir.wasm.abi.GuestFields;
import io.weir.wasm.abi.MapType;
import io.weir.wasm.abi.WasmResult;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP stream in a guest. What the guest asks for inside a callback is done when it has
 * returned: an answer or a reset ends the iteration whatever the callback returned, going on
 * cancels a pause of the same callback.
 */
public final class HttpContext extends StreamContext implements HttpFilter, DeferredEffects {
  static final String FAILED = "wasm_fail_stream";
  private static final String OVER_BUDGET = "wasm_stream_cpu_exceeded";
  private static final String PAUSED = "wasm_stream_paused";
  private static final String CLOSED = "wasm_close_stream";
  private static final int REQUEST = 0;
  private static final int RESPONSE = 1;
  private static final int NONE = -1;
  private static final int GRPC_UNAVAILABLE = 14;
  private static final int MAX_GRPC_STATUS = 16;

  private final HttpFilterCallbacks callbacks;
  private final Runnable ended;
  private final HttpDirection request = new HttpDirection(true);
  private final HttpDirection response = new HttpDirection(false);

  /** The direction whose callback is with the guest now. */
  private int inCallback = NONE;

  private boolean logging;
  private boolean destroyed;
  private boolean answered;
  private boolean closeWanted;
  private @Nullable LocalReply replyWanted;

  /**
   * @param ended run once, when the stream is over
   */
  public HttpContext(
      RootContext root, PluginSpec plugin, HttpFilterCallbacks callbacks, Runnable ended) {
    super(root, plugin);
    this.callbacks = callbacks;
    this.ended = ended;
  }

  /** The guest's hold on one direction. */
  private static final class HttpDirection {
    final boolean decoding;

    /** The guest holds the message back. */
    boolean stopped;

    /** The headers have not been sent on. */
    boolean headersOpen;

    boolean trailersOpen;

    /** The guest told the chain to buffer; the buffer is what it sees. */
    boolean buffering;

    boolean endStream;
    boolean continueWanted;

    /** When it was stopped last, and whether only the guest can end that. */
    long pausedNanos;

    boolean complete;
    @Nullable Buffer data;

    HttpDirection(boolean decoding) {
      this.decoding = decoding;
    }

    /** Everything held goes on. */
    void release() {
      stopped = false;
      headersOpen = false;
      trailersOpen = false;
    }
  }

  // ---- request

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    if (!create()) {
      return headersFailed(request);
    }
    return headers(request, Callback.REQUEST_HEADERS, headers, endStream);
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    return created() ? data(request, Callback.REQUEST_BODY, data, endStream) : untouched();
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    return created()
        ? trailers(request, Callback.REQUEST_TRAILERS, trailers)
        : FilterTrailersStatus.CONTINUE;
  }

  // ---- response

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    return created()
        ? headers(response, Callback.RESPONSE_HEADERS, headers, endStream)
        : FilterHeadersStatus.CONTINUE;
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    return created() ? data(response, Callback.RESPONSE_BODY, data, endStream) : untouched();
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    return created()
        ? trailers(response, Callback.RESPONSE_TRAILERS, trailers)
        : FilterTrailersStatus.CONTINUE;
  }

  private static FilterDataStatus untouched() {
    return FilterDataStatus.CONTINUE;
  }

  // ---- both

  private FilterHeadersStatus headers(
      HttpDirection side, Callback callback, HeaderMap headers, boolean endStream) {
    if (vm.failed()) {
      return headersFailed(side);
    }
    side.headersOpen = true;
    side.endStream = endStream;
    int action = run(side, callback, headers.size(), endStream ? 1 : 0);
    if (vm.failed()) {
      return plugin.trapPasses() ? headersFailed(side) : trappedHeaders();
    }
    if (applyOwnEffects()) {
      return FilterHeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK;
    }
    FilterHeadersStatus status = side.continueWanted ? FilterHeadersStatus.CONTINUE : of(action);
    side.continueWanted = false;
    side.stopped = status != FilterHeadersStatus.CONTINUE;
    notePause(side, status != FilterHeadersStatus.STOP_ITERATION);
    if (!side.stopped) {
      side.release();
    }
    return status;
  }

  /** Actions of the ABI; what is out of range counts as its last value, 2 is no longer meant. */
  private FilterHeadersStatus of(int action) {
    return switch (action) {
      case 0, 2 -> FilterHeadersStatus.CONTINUE;
      case 1 ->
          plugin.allowHeadersStop()
              ? FilterHeadersStatus.STOP_ITERATION
              : FilterHeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK;
      case 3 -> FilterHeadersStatus.STOP_ALL_ITERATION_AND_BUFFER;
      default -> FilterHeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK;
    };
  }

  private FilterDataStatus data(
      HttpDirection side, Callback callback, Buffer data, boolean endStream) {
    if (vm.failed()) {
      return dataFailed(side);
    }
    side.endStream = endStream;
    if (side.buffering) {
      if (side.decoding) {
        callbacks.addDecodedData(data, false);
      } else {
        callbacks.addEncodedData(data, false);
      }
      if (destroyed || answered) {
        return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
      }
    }
    side.data = data;
    int type = side.decoding ? BufferType.REQUEST_BODY : BufferType.RESPONSE_BODY;
    int action = run(side, callback, (int) bufferLength(type), endStream ? 1 : 0);
    side.data = null;
    side.buffering = false;
    if (vm.failed()) {
      return plugin.trapPasses() ? dataFailed(side) : trappedData();
    }
    if (applyOwnEffects()) {
      return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
    }
    int effective = side.continueWanted ? 0 : action;
    side.continueWanted = false;
    side.stopped = effective != 0;
    notePause(side, endStream);
    return switch (effective) {
      case 0 -> {
        side.release();
        yield FilterDataStatus.CONTINUE;
      }
      case 1 -> {
        side.buffering = true;
        yield FilterDataStatus.STOP_ITERATION_AND_BUFFER;
      }
      case 2 -> FilterDataStatus.STOP_ITERATION_AND_WATERMARK;
      default -> FilterDataStatus.STOP_ITERATION_NO_BUFFER;
    };
  }

  private FilterTrailersStatus trailers(HttpDirection side, Callback callback, HeaderMap trailers) {
    if (vm.failed()) {
      return trailersFailed(side);
    }
    side.trailersOpen = true;
    int action = run(side, callback, trailers.size(), 0);
    if (vm.failed()) {
      return plugin.trapPasses() ? trailersFailed(side) : trappedTrailers();
    }
    if (applyOwnEffects()) {
      return FilterTrailersStatus.STOP_ITERATION;
    }
    side.stopped = action != 0 && !side.continueWanted;
    side.continueWanted = false;
    notePause(side, true);
    if (side.stopped) {
      return FilterTrailersStatus.STOP_ITERATION;
    }
    side.release();
    return FilterTrailersStatus.CONTINUE;
  }

  /**
   * @param complete whether no more of the message will be shown to the guest while it pauses
   */
  private void notePause(HttpDirection side, boolean complete) {
    if (side.stopped) {
      root.meter().paused();
      side.pausedNanos = callbacks.worker().nanoTime();
      side.complete = complete;
      root.watchPauses();
    }
  }

  /** Whether only the guest can end a pause that has lasted that long. */
  private boolean overdue(long nanos) {
    long now = callbacks.worker().nanoTime();
    return (request.stopped && request.complete && now - request.pausedNanos >= nanos)
        || (response.stopped && response.complete && now - response.pausedNanos >= nanos);
  }

  boolean paused() {
    return request.stopped || response.stopped;
  }

  /** Ends an overdue pause by the plugin's policy; whether it did. */
  boolean endPause(long nanos) {
    if (destroyed || answered || !overdue(nanos)) {
      return false;
    }
    if (plugin.failOpen()) {
      applyFailure();
    } else {
      failStream(PAUSED);
    }
    return true;
  }

  @Override
  Value describe() {
    var fields = new LinkedHashMap<String, Value>();
    fields.put("id", Value.of(id()));
    fields.put("phase", Value.of(callbacks.responseHeaders() == null ? "request" : "response"));
    HttpDirection held = request.stopped ? request : response.stopped ? response : null;
    if (held != null) {
      long nanos = callbacks.worker().nanoTime() - held.pausedNanos;
      fields.put("paused", Value.of(held.decoding ? "request" : "response"));
      fields.put("paused_ms", Value.of((double) (nanos / 1_000_000)));
    }
    return new Value.MapValue(fields);
  }

  private int run(HttpDirection side, Callback callback, int count, int endStream) {
    int outer = inCallback;
    inCallback = side.decoding ? REQUEST : RESPONSE;
    int action = call(callback, count, endStream);
    inCallback = outer;
    return action;
  }

  // ---- the end

  @Override
  public void onStreamComplete() {
    if (create()) {
      logging = true;
      call(Callback.LOG, 0, 0);
    }
  }

  @Override
  public void onDestroy() {
    if (destroyed) {
      return;
    }
    destroyed = true;
    logging = false;
    if (created() && !vm.failed()) {
      call(Callback.DONE, 0, 0);
      call(Callback.DELETE, 0, 0);
    }
    forget();
    ended.run();
  }

  // ---- failures

  private FilterHeadersStatus trappedHeaders() {
    failStream();
    return FilterHeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK;
  }

  private FilterDataStatus trappedData() {
    failStream();
    return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
  }

  private FilterTrailersStatus trappedTrailers() {
    failStream();
    return FilterTrailersStatus.STOP_ITERATION;
  }

  private FilterHeadersStatus headersFailed(HttpDirection side) {
    return failed(side)
        ? FilterHeadersStatus.CONTINUE
        : FilterHeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK;
  }

  private FilterDataStatus dataFailed(HttpDirection side) {
    return failed(side) ? FilterDataStatus.CONTINUE : FilterDataStatus.STOP_ITERATION_NO_BUFFER;
  }

  private FilterTrailersStatus trailersFailed(HttpDirection side) {
    return failed(side) ? FilterTrailersStatus.CONTINUE : FilterTrailersStatus.STOP_ITERATION;
  }

  /** The VM failed earlier. Returns whether the stream goes on without the plugin. */
  private boolean failed(HttpDirection side) {
    if (plugin.failOpen() || answered) {
      side.release();
      return true;
    }
    failStream();
    return false;
  }

  /** Answers 503, once. */
  private void failStream() {
    failStream(FAILED);
  }

  private void failStream(String details) {
    if (!answered && !destroyed) {
      answered = true;
      replyWanted = null;
      callbacks.sendLocalReply(new LocalReply(503, new byte[0], null, GRPC_UNAVAILABLE, details));
    }
  }

  // ---- effects

  /** Answers or resets if the guest wanted that in its own callback; true when it did. */
  private boolean applyOwnEffects() {
    if (overBudget() && !answered && !plugin.failOpen()) {
      failStream(OVER_BUDGET);
      return true;
    }
    LocalReply reply = replyWanted;
    if (reply != null) {
      replyWanted = null;
      answered = true;
      root.meter().localReply();
      callbacks.sendLocalReply(reply);
      return true;
    }
    if (closeWanted) {
      closeWanted = false;
      answered = true;
      String details = streamInfo().responseCodeDetails();
      callbacks.resetStream(StreamResetReason.LOCAL_RESET, details == null ? CLOSED : details);
      return true;
    }
    return destroyed;
  }

  @Override
  public void applyEffects() {
    if (destroyed) {
      return;
    }
    if (vm.failed()) {
      applyFailure();
      return;
    }
    if (applyOwnEffects()) {
      return;
    }
    if (request.continueWanted) {
      request.continueWanted = false;
      if (request.stopped) {
        request.release();
        callbacks.continueDecoding();
      }
    }
    if (response.continueWanted && !destroyed) {
      response.continueWanted = false;
      if (response.stopped) {
        response.release();
        callbacks.continueEncoding();
      }
    }
  }

  /** The VM failed while this stream was waiting in it. */
  private void applyFailure() {
    if (!plugin.failOpen()) {
      if (request.stopped || response.stopped) {
        failStream();
      }
      return;
    }
    if (request.stopped) {
      request.release();
      callbacks.continueDecoding();
    }
    if (response.stopped && !destroyed) {
      response.release();
      callbacks.continueEncoding();
    }
  }

  @Override
  public void postEffects() {
    callbacks.post(this::applyEffects);
  }

  // ---- HostContext

  @Override
  public int continueStream(int type) {
    HttpDirection side = type == REQUEST ? request : type == RESPONSE ? response : null;
    if (side == null) {
      return super.continueStream(type);
    }
    if (inCallback == type) {
      side.continueWanted = true;
    } else if (side.stopped) {
      side.continueWanted = true;
      vm.defer(this);
    }
    return WasmResult.OK;
  }

  @Override
  public int closeStream(int type) {
    if ((type == REQUEST || type == RESPONSE) && !answered) {
      closeWanted = true;
      deferIfOutside();
    }
    return WasmResult.OK;
  }

  @Override
  public int sendLocalResponse(
      int code, byte[] body, HeaderMap headers, int grpcStatus, String details) {
    if (!answered && replyWanted == null && !destroyed && !logging) {
      Integer grpc =
          grpcStatus < 0 || grpcStatus > MAX_GRPC_STATUS ? null : Integer.valueOf(grpcStatus);
      replyWanted =
          new LocalReply(
              code < 200 || code > 999 ? 500 : code,
              body,
              headers.isEmpty() ? null : target -> addHeaders(headers, target),
              grpc,
              details);
      deferIfOutside();
    }
    return WasmResult.OK;
  }

  private static void addHeaders(HeaderMap source, HeaderMap target) {
    source.remove(HeaderName.STATUS);
    if (source.contains(HeaderName.CONTENT_TYPE)) {
      target.remove(HeaderName.CONTENT_TYPE);
    }
    new GuestFields().addAll(source, target, MapType.RESPONSE_HEADERS);
  }

  private void deferIfOutside() {
    if (inCallback == NONE) {
      vm.defer(this);
    }
  }

  @Override
  public void clearRouteCache() {
    if (!destroyed) {
      callbacks.clearRouteCache();
    }
  }

  @Override
  public boolean logging() {
    return logging;
  }

  @Override
  public @Nullable HeaderMap map(int type) {
    if (destroyed || creating()) {
      return null;
    }
    return switch (type) {
      case MapType.REQUEST_HEADERS -> callbacks.requestHeaders();
      case MapType.REQUEST_TRAILERS -> callbacks.requestTrailers();
      case MapType.RESPONSE_HEADERS -> callbacks.responseHeaders();
      case MapType.RESPONSE_TRAILERS -> callbacks.responseTrailers();
      default -> super.map(type);
    };
  }

  /** Trailers may be added from the last body callback. */
  private @Nullable HeaderMap mutableTrailers(HttpDirection side) {
    HeaderMap trailers = side.decoding ? callbacks.requestTrailers() : callbacks.responseTrailers();
    if (trailers == null && side.data != null && side.endStream) {
      side.trailersOpen = true;
      return side.decoding ? callbacks.addDecodedTrailers() : callbacks.addEncodedTrailers();
    }
    return side.trailersOpen ? trailers : null;
  }

  @Override
  public @Nullable HeaderMap mutableMap(int type) {
    if (logging || destroyed || creating()) {
      return null;
    }
    return switch (type) {
      case MapType.REQUEST_HEADERS -> request.headersOpen ? callbacks.requestHeaders() : null;
      case MapType.RESPONSE_HEADERS -> response.headersOpen ? callbacks.responseHeaders() : null;
      case MapType.REQUEST_TRAILERS -> mutableTrailers(request);
      case MapType.RESPONSE_TRAILERS -> mutableTrailers(response);
      default -> null;
    };
  }

  @Override
  public void mapChanged(int type) {
    if (type == MapType.REQUEST_HEADERS) {
      callbacks.clearRouteCache();
    }
  }

  private @Nullable Buffer body(int type) {
    HttpDirection side = type == BufferType.REQUEST_BODY ? request : response;
    if (side.buffering) {
      return side.decoding ? callbacks.decodingBuffer() : callbacks.encodingBuffer();
    }
    return side.data;
  }

  private static boolean isBody(int type) {
    return type == BufferType.REQUEST_BODY || type == BufferType.RESPONSE_BODY;
  }

  @Override
  public long bufferLength(int type) {
    if (!isBody(type)) {
      return super.bufferLength(type);
    }
    Buffer body = body(type);
    return body == null ? 0 : body.length();
  }

  @Override
  public void copyBuffer(int type, long index, byte[] target, int offset, int length) {
    Buffer body = isBody(type) ? body(type) : null;
    if (body != null) {
      body.copyTo(index, target, offset, length);
    } else {
      super.copyBuffer(type, index, target, offset, length);
    }
  }

  @Override
  public int setBuffer(int type, long start, long length, byte[] source, int offset, int count) {
    if (!isBody(type)) {
      return super.setBuffer(type, start, length, source, offset, count);
    }
    HttpDirection side = type == BufferType.REQUEST_BODY ? request : response;
    if (side.buffering) {
      if (side.decoding) {
        callbacks.modifyDecodingBuffer(
            buffer -> splice(buffer, start, length, source, offset, count));
      } else {
        callbacks.modifyEncodingBuffer(
            buffer -> splice(buffer, start, length, source, offset, count));
      }
      return WasmResult.OK;
    }
    return side.data == null
        ? WasmResult.BAD_ARGUMENT
        : splice(side.data, start, length, source, offset, count);
  }

  // ---- properties

  @Override
  public StreamInfo streamInfo() {
    return callbacks.streamInfo();
  }

  @Override
  public @Nullable HeaderMap requestHeaders() {
    return creating() ? null : callbacks.requestHeaders();
  }

  @Override
  public @Nullable HeaderMap responseHeaders() {
    return creating() ? null : callbacks.responseHeaders();
  }

  @Override
  public @Nullable HeaderMap responseTrailers() {
    return callbacks.responseTrailers();
  }

  @Override
  public @Nullable RouteInfo route() {
    return callbacks.route();
  }
}
