package io.weir.proxy.http;

import io.weir.filter.Protocol;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.OverrideHost;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.http.RouteInfo;
import io.weir.filter.http.StreamResetReason;
import io.weir.filter.http.WatermarkCallbacks;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.network.StreamFacts;
import io.weir.proxy.route.Route;
import io.weir.proxy.worker.Lease;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One filter's place in one stream, and its callbacks. After the filter was destroyed every call is
 * a no-op.
 */
final class ActiveFilter implements HttpFilterCallbacks {
  /** A filter that stays out of the stream. */
  private static final HttpFilter NOTHING = new HttpFilter() {};

  private final FilterManager manager;
  private final String name;
  private final int index;
  private final int chainLength;
  private final @Nullable Lease<HttpFilterWorker> lease;
  private HttpFilter filter = NOTHING;
  private boolean destroyed;

  /** Whether the filter decides who may pass. */
  boolean authorizes;

  /** The route by whose configuration an authorizing filter has judged. */
  @Nullable Route judged;

  private int slowedRequest;

  /**
   * @param lease an acquired lease, released when the filter is destroyed
   */
  ActiveFilter(
      FilterManager manager,
      String name,
      int index,
      int chainLength,
      @Nullable Lease<HttpFilterWorker> lease) {
    this.manager = manager;
    this.name = name;
    this.index = index;
    this.chainLength = chainLength;
    this.lease = lease;
  }

  boolean terminal() {
    return index == chainLength - 1;
  }

  String name() {
    return name;
  }

  HttpFilter filter() {
    return filter;
  }

  /** Makes the filter, once the whole chain stands. */
  void create() {
    HttpFilter made = lease == null ? null : lease.value().newFilter(this);
    filter = made == null ? NOTHING : made;
  }

  /** Puts in a filter that was made elsewhere. */
  void install(HttpFilter made) {
    filter = made;
  }

  void destroy() {
    if (destroyed) {
      return;
    }
    filter.onDestroy();
    destroyed = true;
    if (lease != null) {
      lease.release();
    }
  }

  private int encodePosition() {
    return chainLength - 1 - index;
  }

  private StreamHost host() {
    return manager.host();
  }

  @Override
  public Worker worker() {
    return host().worker();
  }

  @Override
  public void post(Runnable task) {
    worker()
        .execute(
            () -> {
              if (!destroyed) {
                task.run();
              }
            });
  }

  @Override
  public StreamInfo streamInfo() {
    return host().streamInfo();
  }

  @Override
  public long streamId() {
    return host().streamId();
  }

  @Override
  public String filterConfigName() {
    return name;
  }

  @Override
  public boolean upstream() {
    return host().upstream();
  }

  @Override
  public @Nullable HeaderMap requestHeaders() {
    return manager.requestHeaders();
  }

  @Override
  public @Nullable HeaderMap requestTrailers() {
    return manager.requestTrailers();
  }

  @Override
  public @Nullable HeaderMap responseHeaders() {
    return manager.responseHeaders();
  }

  @Override
  public @Nullable HeaderMap responseTrailers() {
    return manager.responseTrailers();
  }

  // ---- request direction

  @Override
  public void continueDecoding() {
    if (!destroyed && !manager.request.resume(index)) {
      throw new IllegalStateException(name + " continues decoding without having stopped");
    }
  }

  @Override
  public @Nullable Buffer decodingBuffer() {
    return destroyed ? null : manager.request.buffer(index);
  }

  @Override
  public void modifyDecodingBuffer(Consumer<Buffer> edit) {
    NettyBuffer held = destroyed ? null : manager.request.editable(index);
    if (held != null) {
      edit.accept(held);
      manager.request.checkLimit();
      manager.request.drained();
    }
  }

  @Override
  public void addDecodedData(Buffer data, boolean streaming) {
    if (destroyed) {
      return;
    }
    if (manager.request.call == MessageFlow.Call.NONE
        && manager.response.call != MessageFlow.Call.NONE) {
      manager.invalidBodyAdded();
      return;
    }
    manager.request.addData(index, data, streaming);
  }

  @Override
  public void injectDecodedData(Buffer data, boolean endStream) {
    if (!destroyed) {
      manager.request.injectData(index, data, endStream);
    }
  }

  @Override
  public HeaderMap addDecodedTrailers() {
    return destroyed ? new HeaderMap() : manager.request.addTrailers();
  }

  @Override
  public long decoderBufferLimit() {
    return manager.bufferLimit();
  }

  @Override
  public void setBufferLimit(long bytes) {
    if (!destroyed) {
      manager.setBufferLimit(bytes);
    }
  }

  @Override
  public void onDecoderFilterAboveWriteBufferHighWatermark() {
    if (!destroyed) {
      slowedRequest++;
      host().slowRequest(true);
    }
  }

  @Override
  public void onDecoderFilterBelowWriteBufferLowWatermark() {
    if (!destroyed && slowedRequest > 0) {
      slowedRequest--;
      host().slowRequest(false);
    }
  }

  // ---- response direction

  @Override
  public void continueEncoding() {
    if (!destroyed && !manager.response.resume(encodePosition())) {
      throw new IllegalStateException(name + " continues encoding without having stopped");
    }
  }

  @Override
  public @Nullable Buffer encodingBuffer() {
    return destroyed ? null : manager.response.buffer(encodePosition());
  }

  @Override
  public void modifyEncodingBuffer(Consumer<Buffer> edit) {
    NettyBuffer held = destroyed ? null : manager.response.editable(encodePosition());
    if (held != null) {
      edit.accept(held);
      manager.response.checkLimit();
      manager.response.drained();
    }
  }

  @Override
  public void addEncodedData(Buffer data, boolean streaming) {
    if (!destroyed) {
      manager.response.addData(encodePosition(), data, streaming);
    }
  }

  @Override
  public void injectEncodedData(Buffer data, boolean endStream) {
    if (!destroyed) {
      manager.response.injectData(encodePosition(), data, endStream);
    }
  }

  @Override
  public HeaderMap addEncodedTrailers() {
    return destroyed ? new HeaderMap() : manager.response.addTrailers();
  }

  @Override
  public long encoderBufferLimit() {
    return manager.bufferLimit();
  }

  @Override
  public void onEncoderFilterAboveWriteBufferHighWatermark() {
    if (!destroyed) {
      manager.downstreamAboveHighWatermark();
    }
  }

  @Override
  public void onEncoderFilterBelowWriteBufferLowWatermark() {
    if (!destroyed) {
      manager.downstreamBelowLowWatermark();
    }
  }

  @Override
  public void addDownstreamWatermarkCallbacks(WatermarkCallbacks callbacks) {
    if (!destroyed) {
      manager.addDownstreamWatermarkCallbacks(callbacks);
    }
  }

  @Override
  public void removeDownstreamWatermarkCallbacks(WatermarkCallbacks callbacks) {
    manager.removeDownstreamWatermarkCallbacks(callbacks);
  }

  // ---- answers

  @Override
  public void sendLocalReply(LocalReply reply) {
    if (!destroyed) {
      manager.sendLocalReply(reply);
    }
  }

  @Override
  public void resetStream(StreamResetReason reason, String details) {
    if (!destroyed) {
      host().resetStream(reason, details);
    }
  }

  @Override
  public void drainConnectionOnCompletion() {
    if (!destroyed) {
      host().drainConnectionOnCompletion();
    }
  }

  @Override
  public void encode1xxHeaders(HeaderMap headers) {
    if (!destroyed) {
      manager.encode1xxHeaders(headers);
    }
  }

  /** Filters of the response see its status, before one of them may change it. */
  private void noteStatus(HeaderMap headers) {
    int status = headers.find(HeaderName.STATUS);
    if (status >= 0 && streamInfo() instanceof StreamFacts facts) {
      facts.setResponseCode((int) headers.valueAsLong(status));
    }
  }

  @Override
  public void encodeHeaders(HeaderMap headers, boolean endStream, String details) {
    if (!destroyed) {
      if (!details.isEmpty()) {
        streamInfo().setResponseCodeDetails(details);
      }
      noteStatus(headers);
      manager.encodeHeaders(headers, endStream);
    }
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    if (!destroyed) {
      manager.encodeData(data, endStream);
    }
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    if (!destroyed) {
      manager.encodeTrailers(trailers);
    }
  }

  @Override
  public boolean recreateStream(@Nullable HeaderMap response) {
    return !destroyed && host().recreateStream(response);
  }

  @Override
  public boolean requestEndsApart() {
    return manager.request.arriving() && tellsEndApart(streamInfo().protocol());
  }

  @Override
  public boolean responseEndsApart() {
    StreamInfo.UpstreamInfo upstream = streamInfo().upstream();
    return manager.response.arriving() && upstream != null && tellsEndApart(upstream.protocol());
  }

  private static boolean tellsEndApart(@Nullable Protocol protocol) {
    return protocol == Protocol.HTTP_11 || protocol == Protocol.HTTP_10;
  }

  // ---- route

  @Override
  public @Nullable RouteInfo route() {
    return destroyed ? null : host().route();
  }

  @Override
  public void clearRouteCache() {
    if (!destroyed && !manager.responseHeadersSent()) {
      host().clearRouteCache();
    }
  }

  @Override
  public void setUpstreamOverrideHost(OverrideHost wanted) {
    if (!destroyed) {
      host().setOverrideHost(wanted);
    }
  }

  @Override
  public @Nullable OverrideHost upstreamOverrideHost() {
    return destroyed ? null : host().overrideHost();
  }

  @Override
  public @Nullable RouteConfig routeConfig() {
    Route route = destroyed ? null : host().route();
    return route == null ? null : route.filterConfig(name);
  }

  @Override
  public List<RouteConfig> routeConfigs() {
    Route route = destroyed ? null : host().route();
    return route == null ? List.of() : route.filterConfigs(name);
  }
}
