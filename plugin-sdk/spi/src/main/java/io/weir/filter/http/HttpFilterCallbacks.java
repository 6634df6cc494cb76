package io.weir.filter.http;

import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A filter's hold on its stream. All methods run on the stream's worker; {@link #post} is the only
 * one that other threads may call. After {@link HttpFilter#onDestroy} every call is a counted
 * no-op. Rules of each method are those of Envoy's {@code StreamDecoderFilterCallbacks} and {@code
 * StreamEncoderFilterCallbacks}.
 */
public interface HttpFilterCallbacks {

  Worker worker();

  /** Runs {@code task} on the stream's worker, unless the stream has ended by then. Any thread. */
  void post(Runnable task);

  StreamInfo streamInfo();

  /** Unique in this process. */
  long streamId();

  /** The name under which the filter stands in the chain; the key of per-route configuration. */
  String filterConfigName();

  /** Whether the filter runs in an upstream chain. */
  boolean upstream();

  // ---- messages of the stream; null while they do not exist

  @Nullable HeaderMap requestHeaders();

  @Nullable HeaderMap requestTrailers();

  @Nullable HeaderMap responseHeaders();

  @Nullable HeaderMap responseTrailers();

  // ---- request direction

  /** Goes on after a stop. An error when the filter has not stopped. */
  void continueDecoding();

  /** The request body buffered for the chain, or null. */
  @Nullable Buffer decodingBuffer();

  /** Edits the buffered request body; only for the filter that handled data last. */
  void modifyDecodingBuffer(Consumer<Buffer> edit);

  /**
   * Adds to the request body as if it came before what follows. Legal in decode callbacks and while
   * stopped.
   *
   * @param streaming whether over the limit the sender is slowed down instead of answered 413
   */
  void addDecodedData(Buffer data, boolean streaming);

  /** Passes data to the filters after this one at once, past the buffer. */
  void injectDecodedData(Buffer data, boolean endStream);

  /** Adds request trailers; only in {@code decodeData} with {@code endStream}, once. */
  HeaderMap addDecodedTrailers();

  /** Bytes that may be buffered for the request, 0 for no limit. */
  long decoderBufferLimit();

  /** Changes the limits of both directions. */
  void setBufferLimit(long bytes);

  /** Slows the sender of the request down until as many low-watermark calls came. */
  void onDecoderFilterAboveWriteBufferHighWatermark();

  void onDecoderFilterBelowWriteBufferLowWatermark();

  // ---- response direction, as above

  void continueEncoding();

  @Nullable Buffer encodingBuffer();

  void modifyEncodingBuffer(Consumer<Buffer> edit);

  void addEncodedData(Buffer data, boolean streaming);

  void injectEncodedData(Buffer data, boolean endStream);

  HeaderMap addEncodedTrailers();

  long encoderBufferLimit();

  void onEncoderFilterAboveWriteBufferHighWatermark();

  void onEncoderFilterBelowWriteBufferLowWatermark();

  /** Watch the downstream's write buffer; for filters that produce a response. */
  void addDownstreamWatermarkCallbacks(WatermarkCallbacks callbacks);

  void removeDownstreamWatermarkCallbacks(WatermarkCallbacks callbacks);

  // ---- answers

  /**
   * Answers the request. Before response headers exist the reply runs through the encoder chain;
   * after they were sent the stream is reset.
   */
  void sendLocalReply(LocalReply reply);

  /**
   * Resets the stream.
   *
   * @param details {@code %RESPONSE_CODE_DETAILS%}, empty to leave it
   */
  void resetStream(StreamResetReason reason, String details);

  /** Closes the downstream connection once the response has been sent. */
  void drainConnectionOnCompletion();

  /** For terminal filters: the response of the upstream enters the encoder chain here. */
  void encode1xxHeaders(HeaderMap headers);

  /**
   * @param details {@code via_upstream} and the like
   */
  void encodeHeaders(HeaderMap headers, boolean endStream, String details);

  void encodeData(Buffer data, boolean endStream);

  void encodeTrailers(HeaderMap trailers);

  /**
   * Starts the stream over with the present request headers and the buffered body: a new stream
   * with filters of its own, filter state of longer life spans, and another line in the access log.
   * After a success the filter must not touch its stream any more.
   *
   * @param response the response headers that led to it, for the log; null when there were none
   * @return false when the request is not complete or the response has begun
   */
  boolean recreateStream(@Nullable HeaderMap response);

  /**
   * Whether the end of the request came after the data that {@code decodeData} is handing over with
   * it: HTTP/1 tells the end apart, HTTP/2 with the last data, and what another filter held comes
   * with its end. For who shows each arrival to a script.
   */
  default boolean requestEndsApart() {
    return true;
  }

  /** The same of the response and {@code encodeData}. */
  default boolean responseEndsApart() {
    return true;
  }

  // ---- route

  /** The stream's route, resolved once and cached; null when none matched. */
  @Nullable RouteInfo route();

  /** Makes the next {@link #route} resolve again; no effect once response headers were encoded. */
  void clearRouteCache();

  /**
   * Asks for one host of the route's cluster, whatever the load balancer would choose. Legal in
   * decode callbacks; the last call counts.
   *
   * <p>Without such a healthy host in the cluster, a strict request fails with 503; others go where
   * the load balancer says.
   */
  default void setUpstreamOverrideHost(OverrideHost host) {}

  /** What a filter asked for, or null. */
  default @Nullable OverrideHost upstreamOverrideHost() {
    return null;
  }

  /** This filter's configuration on the most specific level that has one, or null. */
  @Nullable RouteConfig routeConfig();

  /** This filter's configurations, least specific level first. */
  List<RouteConfig> routeConfigs();
}
