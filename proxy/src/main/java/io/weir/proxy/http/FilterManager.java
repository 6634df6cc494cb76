package io.weir.proxy.http;

import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderStorage;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.LocalReplyStatus;
import io.weir.filter.http.StreamResetReason;
import io.weir.filter.http.WatermarkCallbacks;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.route.Route;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs one stream through its filters. It knows nothing of what filters are made of. Owned by the
 * stream's worker; lives as long as the stream.
 */
public final class FilterManager {
  private static final ActiveFilter[] NO_FILTERS = {};
  private static final long DEFAULT_LIMIT = 1 << 20;

  private final StreamHost host;
  final RequestFlow request = new RequestFlow(this);
  final ResponseFlow response = new ResponseFlow(this);
  private ActiveFilter[] filters = NO_FILTERS;
  private long bufferLimit = DEFAULT_LIMIT;
  private boolean ended;
  private boolean replied;
  private boolean destroyed;
  private @Nullable LocalReply prepared;
  // Mostly there is one, the terminal filter.
  private @Nullable WatermarkCallbacks firstWatermarks;
  private @Nullable List<WatermarkCallbacks> moreWatermarks;
  private int downstreamAbove;

  public FilterManager(StreamHost host) {
    this.host = host;
  }

  StreamHost host() {
    return host;
  }

  ActiveFilter filter(int index) {
    return filters[index];
  }

  /** Takes the chain; the last filter is the terminal one. Called once, before any message. */
  void start(ActiveFilter[] chain) {
    filters = chain;
    request.start(chain.length);
    response.start(chain.length);
  }

  /**
   * Builds the chain from its places.
   *
   * @return false when a filter's configuration has not arrived; nothing was built then
   */
  public boolean build(List<HttpFilterSlot> slots, Worker worker, @Nullable Route route) {
    return FilterChains.build(this, slots, worker, route);
  }

  /** The route by which the filter of that name has judged; null when it has not. */
  @Nullable Route judgedRoute(String name) {
    for (ActiveFilter each : filters) {
      if (each.authorizes && each.name().equals(name)) {
        return each.judged;
      }
    }
    return null;
  }

  NettyBuffer newBuffer() {
    return (NettyBuffer) host.worker().newBuffer();
  }

  long bufferLimit() {
    return bufferLimit;
  }

  public void setBufferLimit(long bytes) {
    bufferLimit = bytes;
    request.checkLimit();
    response.checkLimit();
  }

  /** Whether filters see nothing of the stream any more: it was reset or answered in full. */
  boolean ended() {
    return ended;
  }

  // ---- the request

  public void decodeHeaders(HeaderMap headers, boolean endStream) {
    request.headers = headers;
    request.complete = endStream;
    if (!request.over()) {
      request.runHeaders(0, headers, endStream);
    }
  }

  /** Filters and the buffer take what they want of {@code data}. */
  public void decodeData(Buffer data, boolean endStream) {
    request.arrive(data, endStream);
  }

  public void decodeTrailers(HeaderMap trailers) {
    request.complete = true;
    request.trailers = trailers;
    request.runTrailers(0);
  }

  public @Nullable HeaderMap requestHeaders() {
    return request.headers;
  }

  public @Nullable HeaderMap requestTrailers() {
    return request.trailers;
  }

  public boolean requestComplete() {
    return request.complete;
  }

  /** The headers are known though no filter saw them: an early local reply may need them. */
  void setRequestHeaders(HeaderMap headers) {
    request.headers = headers;
  }

  /** How many bytes filters hold back, of the request and of the response. */
  long heldBytes() {
    return request.heldBytes() + response.heldBytes();
  }

  /** The body that filters hold, in order, or null; the caller releases it. */
  @Nullable NettyBuffer takeRequestBody() {
    return request.takeHeld();
  }

  // ---- the response, from the terminal filter; ignored once the proxy answers itself

  public void encode1xxHeaders(HeaderMap headers) {
    if (!replied
        && !response.over()
        && response.headers == null
        && response.informational == null
        && host.proxyInformational()) {
      response.runInformational(0, headers);
    }
  }

  public void encodeHeaders(HeaderMap headers, boolean endStream) {
    if (!replied) {
      runResponseHeaders(headers, endStream);
    }
  }

  private void runResponseHeaders(HeaderMap headers, boolean endStream) {
    if (response.over() || response.headers != null) {
      return;
    }
    response.headers = headers;
    response.complete = endStream;
    response.runHeaders(0, headers, endStream);
  }

  public void encodeData(Buffer data, boolean endStream) {
    if (!replied && !response.over()) {
      response.arrive(data, endStream);
    }
  }

  public void encodeTrailers(HeaderMap trailers) {
    if (!replied && !response.over()) {
      response.complete = true;
      response.trailers = trailers;
      response.runTrailers(0);
    }
  }

  public @Nullable HeaderMap responseHeaders() {
    return response.headers;
  }

  /** A response that no filter sees, for the access log; the stream ends with it. */
  void noteResponse(HeaderMap headers) {
    ended = true;
    response.headers = headers;
  }

  public @Nullable HeaderMap responseTrailers() {
    return response.trailers;
  }

  public boolean responseHeadersSent() {
    return response.headersSent;
  }

  // ---- local replies

  /**
   * Answers the request: through the encoder chain when no response has begun, straight to the
   * codec when one is on its way through the chain, by a reset when it is on the wire.
   */
  public void sendLocalReply(LocalReply reply) {
    if (ended) {
      return;
    }
    if (host.takeLocalReply(reply)) {
      ended = true;
      return;
    }
    replied = true;
    request.aborted = true;
    if (response.call != MessageFlow.Call.NONE) {
      response.aborted = true;
    }
    host.streamInfo().setResponseCodeDetails(details(reply.details()));
    if (tellFilters(reply)) {
      host.resetStream(StreamResetReason.LOCAL_RESET, "");
      return;
    }
    boolean begun =
        response.headers != null
            || response.informational != null && response.call == MessageFlow.Call.INFORMATIONAL;
    if (!begun) {
      if (request.call == MessageFlow.Call.NONE) {
        replyThroughFilters(reply);
      } else {
        prepared = reply;
      }
    } else if (!response.headersSent) {
      replyDirectly(reply);
    } else {
      host.resetStream(StreamResetReason.LOCAL_RESET, "");
    }
  }

  /** Sends the reply that was made inside a callback, now that no callback is running. */
  void executePreparedReply() {
    LocalReply reply = prepared;
    if (reply != null && !ended) {
      prepared = null;
      if (response.headers == null) {
        replyThroughFilters(reply);
      }
    }
  }

  private boolean tellFilters(LocalReply reply) {
    boolean reset = false;
    for (int i = filters.length - 1; i >= 0; i--) {
      reset |=
          filters[i].filter().onLocalReply(reply) == LocalReplyStatus.CONTINUE_AND_RESET_STREAM;
    }
    return reset;
  }

  private void replyThroughFilters(LocalReply reply) {
    host.ensureChain();
    var ready = host.prepare(reply);
    Buffer body = ready.body();
    runResponseHeaders(ready.headers(), body == null);
    if (body != null) {
      if (!response.over()) {
        response.complete = true;
        response.runData(0, body, true);
      }
      ((NettyBuffer) body).release();
    }
  }

  private void replyDirectly(LocalReply reply) {
    response.aborted = true;
    var ready = host.prepare(reply);
    response.headers = ready.headers();
    Buffer body = ready.body();
    response.send(ready.headers(), body == null);
    if (body != null) {
      if (!ended) {
        response.passedData(body, true);
      }
      ((NettyBuffer) body).release();
    }
  }

  /** A filter added body bytes where none can go. */
  void invalidBodyAdded() {
    sendLocalReply(LocalReply.of(502, "", "filter_added_invalid_request_data"));
  }

  /** Details with whitespace made visible, as Envoy prints them. */
  static String details(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isWhitespace(text.charAt(i))) {
        return text.replaceAll("\\s", "_");
      }
    }
    return text;
  }

  // ---- watermarks

  void addDownstreamWatermarkCallbacks(WatermarkCallbacks callbacks) {
    if (firstWatermarks == null) {
      firstWatermarks = callbacks;
    } else {
      if (moreWatermarks == null) {
        moreWatermarks = new ArrayList<>(2);
      }
      moreWatermarks.add(callbacks);
    }
    for (int i = 0; i < downstreamAbove; i++) {
      callbacks.onAboveWriteBufferHighWatermark();
    }
  }

  void removeDownstreamWatermarkCallbacks(WatermarkCallbacks callbacks) {
    if (firstWatermarks == callbacks) {
      firstWatermarks = null;
    } else if (moreWatermarks != null) {
      moreWatermarks.remove(callbacks);
    }
  }

  /** The downstream, or a filter on the way to it, cannot take more of the response. */
  public void downstreamAboveHighWatermark() {
    downstreamAbove++;
    if (firstWatermarks != null) {
      firstWatermarks.onAboveWriteBufferHighWatermark();
    }
    if (moreWatermarks != null) {
      for (int i = 0; i < moreWatermarks.size(); i++) {
        moreWatermarks.get(i).onAboveWriteBufferHighWatermark();
      }
    }
  }

  public void downstreamBelowLowWatermark() {
    if (downstreamAbove == 0) {
      return;
    }
    downstreamAbove--;
    if (firstWatermarks != null) {
      firstWatermarks.onBelowWriteBufferLowWatermark();
    }
    if (moreWatermarks != null) {
      for (int i = 0; i < moreWatermarks.size(); i++) {
        moreWatermarks.get(i).onBelowWriteBufferLowWatermark();
      }
    }
  }

  // ---- the end

  /** The stream was reset or its response is complete: filters see nothing more of it. */
  public void end() {
    ended = true;
  }

  /** First part of the end: every filter is told, statistics and metadata may still change. */
  public void completeFilters() {
    ended = true;
    for (ActiveFilter each : filters) {
      each.filter().onStreamComplete();
    }
  }

  /** Second part of the end: filters let go of everything. */
  public void destroyFilters() {
    if (destroyed) {
      return;
    }
    destroyed = true;
    ended = true;
    for (ActiveFilter each : filters) {
      each.destroy();
    }
    request.release();
    response.release();
  }

  /** Gives back the memory of headers and trailers; the stream has ended. */
  void releaseHeaders(HeaderStorage storage) {
    request.releaseHeaders(storage);
    response.releaseHeaders(storage);
  }

  boolean destroyed() {
    return destroyed;
  }
}
