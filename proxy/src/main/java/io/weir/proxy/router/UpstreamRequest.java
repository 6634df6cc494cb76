package io.weir.proxy.router;

import io.weir.filter.StreamInfo;
import io.weir.filter.StreamInfo.ByteCounter;
import io.weir.filter.StreamInfo.TimePoint;
import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.StreamResetReason;
import io.weir.filter.http.WatermarkCallbacks;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostMonitor;
import io.weir.proxy.cluster.TrackedStats;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.http.codec.ResponseDecoder;
import io.weir.proxy.http.codec.StreamCallbacks;
import io.weir.proxy.http.codec.WireBytes;
import io.weir.proxy.pool.ConnectionFacts;
import io.weir.proxy.pool.HttpPool;
import io.weir.proxy.pool.PoolCallbacks;
import io.weir.proxy.pool.PoolFailure;
import io.weir.proxy.pool.PooledStream;
import io.weir.proxy.tracing.Span;
import io.weir.proxy.tracing.Traced;
import io.weir.proxy.tracing.UpstreamSpan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One try of a request: waits for a stream, sends what has arrived so far, hands the response to
 * the router. Belongs to one router filter, which is told nothing after {@link #abandon}.
 */
final class UpstreamRequest
    implements ResponseDecoder, StreamCallbacks, PoolCallbacks, WatermarkCallbacks {
  private static final ByteCounter[] UPSTREAM_BYTES = {
    ByteCounter.UPSTREAM_WIRE_BYTES_SENT,
    ByteCounter.UPSTREAM_WIRE_BYTES_RECEIVED,
    ByteCounter.UPSTREAM_HEADER_BYTES_SENT,
    ByteCounter.UPSTREAM_HEADER_BYTES_RECEIVED,
    ByteCounter.UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT,
    ByteCounter.UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED,
  };

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final RouterFilter router;
  private final Tries tries;
  private final Worker worker;
  private final Host host;
  private final TimeoutSettings timeouts;
  private final boolean grpc;
  private HttpPool.@Nullable PendingStream pending;
  private @Nullable PooledStream stream;
  private @Nullable UpstreamChain chain;
  private @Nullable WireBytes wire;
  private boolean bytesNoted;
  private final @Nullable TryLog log;
  private final @Nullable TrackedStats tracked;
  private StreamInfo.@Nullable UpstreamInfo facts;
  private @Nullable NettyBuffer waiting;
  private @Nullable HeaderMap waitingTrailers;
  private @Nullable Timer perTryTimer;
  private @Nullable Timer perTryIdleTimer;
  private @Nullable Timer durationTimer;
  private @Nullable UpstreamSpan span;
  private int responseStatus;
  private boolean headersReady;
  private boolean headersEnd;
  private boolean requestEnd;
  private boolean requestSent;
  private boolean awaitingHeaders = true;
  private boolean responseEnded;
  private boolean over;
  private boolean awaitingAcceptance;
  private boolean perTryWanted;
  private boolean aboveWatermark;
  private boolean waitingAbove;
  private int downstreamAbove;
  private long startNanos;
  private long sentBytes;
  private long receivedBytes;

  /** Whether another try was begun beside this one, or instead of it. */
  boolean retried;

  /** Whether the outcome is known with the trailers only. */
  boolean grpcOutcomeDeferred;

  UpstreamRequest(
      RouterFilter router, Tries tries, Host host, TimeoutSettings timeouts, boolean grpc) {
    this.router = router;
    this.tries = tries;
    this.worker = router.worker();
    this.host = host;
    this.timeouts = timeouts;
    this.grpc = grpc;
    this.log = router.tryLog();
    this.tracked = tries.cluster().stats().tracked();
  }

  Tries tries() {
    return tries;
  }

  Host host() {
    return host;
  }

  boolean awaitingHeaders() {
    return awaitingHeaders;
  }

  /** Whether the whole request was handed to the codec. */
  boolean requestSent() {
    return requestSent;
  }

  /** Whether bytes of the request may have gone upstream. */
  boolean started() {
    return stream != null || facts != null;
  }

  /** For how long the try has been going on. */
  long elapsedNanos() {
    return worker.nanoTime() - startNanos;
  }

  boolean responseEnded() {
    return responseEnded;
  }

  boolean grpc() {
    return grpc;
  }

  /**
   * Asks the pool. The router may be told of a failure before this returns.
   *
   * @param slots the filters of the try; empty for none
   */
  void start(HttpPool pool, List<HttpFilterSlot> slots, boolean endStream) {
    startNanos = worker.nanoTime();
    router.streamInfo().markTime(TimePoint.UPSTREAM_POOL_BEGIN, startNanos);
    if (slots.isEmpty()) {
      headersReady = true;
      headersEnd = endStream;
      requestEnd = endStream;
    } else {
      chain = UpstreamChain.build(slots, this, router.callbacks());
      if (chain == null) {
        return;
      }
    }
    HttpPool.PendingStream waitingStream = pool.newStream(this, this);
    if (!over && stream == null) {
      pending = waitingStream;
    }
    HeaderMap headers = router.requestHeaders();
    if (chain != null && !over && headers != null) {
      chain.filters().decodeHeaders(headers, endStream);
    }
  }

  /** Takes all bytes of {@code data}. */
  void sendData(Buffer data, boolean endStream) {
    if (over) {
      data.clear();
    } else if (chain != null) {
      chain.filters().decodeData(data, endStream);
    } else {
      encodeData(data, endStream);
    }
  }

  void sendTrailers(HeaderMap trailers) {
    if (over) {
      return;
    }
    if (chain != null) {
      chain.filters().decodeTrailers(trailers);
    } else {
      encodeTrailers(trailers);
    }
  }

  // ---- behind the filters

  void encodeHeaders(boolean endStream) {
    headersReady = true;
    headersEnd = endStream;
    requestEnd |= endStream;
    if (!over && stream != null) {
      sendHead(stream);
    }
  }

  void encodeData(Buffer data, boolean endStream) {
    if (over) {
      data.clear();
      return;
    }
    requestEnd |= endStream;
    if (stream == null || !headersReady || awaitingAcceptance) {
      if (waiting == null) {
        waiting = (NettyBuffer) worker.newBuffer();
      }
      data.moveTo(waiting);
      checkWaiting();
    } else {
      encodeData(stream, data, endStream);
    }
  }

  /** What comes before a connection is there must not fill the memory. */
  private void checkWaiting() {
    long limit = router.callbacks().decoderBufferLimit();
    if (!waitingAbove && limit > 0 && waiting != null && waiting.length() > limit) {
      waitingAbove = true;
      router.onUpstreamAboveWatermark();
    }
  }

  private void resumeWaiting() {
    if (waitingAbove) {
      waitingAbove = false;
      router.onUpstreamBelowWatermark();
    }
  }

  private void encodeData(PooledStream to, Buffer data, boolean endStream) {
    if (endStream) {
      onRequestSent();
    }
    if (perTryIdleTimer != null) {
      perTryIdleTimer.arm(timeouts.perTryIdleMillis());
    }
    sentBytes += data.length();
    if (log != null) {
      log.onSent(data.length());
    }
    to.encodeData(data, endStream);
  }

  void encodeTrailers(HeaderMap trailers) {
    if (over) {
      return;
    }
    requestEnd = true;
    if (stream == null || !headersReady || awaitingAcceptance) {
      waitingTrailers = trailers;
    } else {
      onRequestSent();
      stream.encodeTrailers(trailers);
    }
  }

  private void onRequestSent() {
    requestSent = true;
    router.streamInfo().markTime(TimePoint.UPSTREAM_TX_END, worker.nanoTime());
  }

  // ---- pool

  @Override
  public void onPoolReady(PooledStream ready, StreamInfo.UpstreamInfo upstream) {
    pending = null;
    stream = ready;
    tries.onBegun();
    UpstreamCharges.outlier(host, HostMonitor.Result.LOCAL_CONNECT_SUCCESS, 0);
    HeaderMap headers = router.requestHeaders();
    if (headers == null) {
      return;
    }
    noteConnection(ready, upstream);
    ready.stream().addCallbacks(this);
    for (int i = 0; i < downstreamAbove; i++) {
      ready.stream().readDisable(true);
    }
    router.beforeHeaders(host, headers);
    if (router.streamInfo().schemeMatchesUpstream()) {
      headers.set(HeaderName.SCHEME, upstream.tls() == null ? "http" : "https");
    }
    armTimers();
    if (headersReady) {
      sendHead(ready);
    }
  }

  /** Sends the headers, and what has come after them meanwhile. */
  private void sendHead(PooledStream ready) {
    HeaderMap headers = router.requestHeaders();
    if (headers == null) {
      return;
    }
    if (headersEnd) {
      onRequestSent();
    }
    startSpan(headers);
    String problem = ready.encodeHeaders(headers, headersEnd);
    if (problem != null) {
      ready.reset(this, StreamResetReason.LOCAL_RESET);
      stream = null;
      router.onInvalidRequest(this, problem);
      return;
    }
    awaitingAcceptance = asksForAnotherProtocol(headers);
    if (!awaitingAcceptance) {
      sendWaiting(ready);
    }
  }

  private void startSpan(HeaderMap headers) {
    StreamInfo info = router.streamInfo();
    Span of = info instanceof Traced traced ? traced.span() : null;
    String cluster = info.upstreamCluster();
    span =
        of == null
            ? null
            : of.spawn(cluster == null ? "" : cluster, info.attemptCount(), worker.wallNanos());
    if (span != null) {
      span.inject(headers);
    }
  }

  /**
   * What a client sends ahead of the answer to CONNECT or an upgrade is no HTTP: a host that
   * refuses could take it for its next request.
   */
  private static boolean asksForAnotherProtocol(HeaderMap headers) {
    return headers.valueEquals(HeaderName.METHOD, "CONNECT")
        || headers.contains(HeaderName.UPGRADE) && headers.contains(HeaderName.CONNECTION);
  }

  private void onAnswer(HeaderMap headers) {
    int status = status(headers);
    PooledStream open = stream;
    if (open != null && (status / 100 == 2 || status == 101)) {
      awaitingAcceptance = false;
      sendWaiting(open);
    }
  }

  private void sendWaiting(PooledStream ready) {
    NettyBuffer held = waiting;
    boolean dataEnds = requestEnd && !headersEnd && waitingTrailers == null;
    if (!over && (held != null && !held.isEmpty() || dataEnds)) {
      NettyBuffer body = held == null ? (NettyBuffer) worker.newBuffer() : held;
      waiting = null;
      encodeData(ready, body, dataEnds);
      body.release();
      resumeWaiting();
    }
    if (!over && waitingTrailers != null) {
      onRequestSent();
      ready.encodeTrailers(waitingTrailers);
    }
  }

  private void noteConnection(PooledStream ready, StreamInfo.UpstreamInfo upstream) {
    wire = ready.stream().wireBytes();
    StreamInfo info = router.streamInfo();
    facts = AttemptFacts.after(info.upstream(), upstream);
    info.setUpstream(facts);
    if (log != null) {
      log.onReady(facts);
    }
    long now = worker.nanoTime();
    info.markTime(TimePoint.UPSTREAM_TX_BEGIN, now);
    info.markTime(TimePoint.UPSTREAM_POOL_READY, now);
    info.markTime(TimePoint.UPSTREAM_CONNECT_END, ready.connection().startNanos());
  }

  private void armTimers() {
    if (perTryWanted || router.requestComplete()) {
      armPerTry();
    } else {
      perTryWanted = true;
    }
    if (timeouts.perTryIdleMillis() > 0) {
      perTryIdleTimer = worker.newTimer(this::onPerTryIdle);
      perTryIdleTimer.arm(timeouts.perTryIdleMillis());
    }
    long duration = tries.maxUpstreamStreamMillis();
    if (duration > 0) {
      durationTimer = worker.newTimer(this::onDuration);
      durationTimer.arm(duration);
    }
  }

  /** The request is complete: from now on the try has its time. */
  void onRequestComplete() {
    if (stream != null && perTryWanted) {
      armPerTry();
    }
    perTryWanted = true;
  }

  private void armPerTry() {
    if (timeouts.perTryMillis() > 0 && perTryTimer == null) {
      perTryTimer = worker.newTimer(this::onPerTry);
      perTryTimer.arm(timeouts.perTryMillis());
    }
  }

  private void onPerTry() {
    // Once the response has begun the route's timeout is enough.
    if (!over && awaitingHeaders) {
      tries.onPerTryTimeout(this);
    }
  }

  private void onPerTryIdle() {
    if (!over) {
      tries.onPerTryIdleTimeout(this);
    }
  }

  private void onDuration() {
    if (!over) {
      tries.onMaxDuration(this);
    }
  }

  @Override
  public void onPoolFailure(PoolFailure failure, String transportFailure) {
    pending = null;
    StreamInfo info = router.streamInfo();
    info.setUpstream(
        AttemptFacts.after(info.upstream(), ConnectionFacts.failed(host, transportFailure)));
    info.markTime(TimePoint.UPSTREAM_POOL_READY, worker.nanoTime());
    if (log != null) {
      log.onFailure(info.upstream(), failure.resetReason());
    }
    end();
    tries.onReset(this, failure.resetReason(), transportFailure);
  }

  // ---- response

  @Override
  public void decode1xxHeaders(HeaderMap headers) {
    if (over) {
      return;
    }
    if (chain == null) {
      toRouter1xx(headers);
    } else {
      chain.filters().encode1xxHeaders(headers);
    }
  }

  @Override
  public void decodeHeaders(HeaderMap headers, boolean endStream) {
    if (over) {
      return;
    }
    awaitingHeaders = false;
    responseEnded = endStream;
    if (tracked != null) {
      tracked.onResponseHeaders(headers);
    }
    if (log != null) {
      log.onHeaders(headers);
    }
    if (perTryIdleTimer != null) {
      perTryIdleTimer.arm(timeouts.perTryIdleMillis());
    }
    responseStatus = status(headers);
    StreamInfo info = router.streamInfo();
    long now = worker.nanoTime();
    info.markTime(TimePoint.UPSTREAM_RX_BEGIN, now);
    if (endStream) {
      noteBytes();
      bytesNoted = true;
      info.markTime(TimePoint.UPSTREAM_RX_END, now);
    }
    boolean asked = awaitingAcceptance;
    if (chain == null) {
      toRouter(headers, endStream);
    } else {
      chain.filters().encodeHeaders(headers, endStream);
    }
    if (asked && !over) {
      onAnswer(headers);
    }
  }

  @Override
  public void decodeData(Buffer data, boolean endStream) {
    if (over) {
      return;
    }
    if (perTryIdleTimer != null) {
      perTryIdleTimer.arm(timeouts.perTryIdleMillis());
    }
    noteEnd(endStream);
    receivedBytes += data.length();
    if (log != null) {
      log.onReceived(data.length());
    }
    if (chain == null) {
      toRouter(data, endStream);
    } else {
      chain.filters().encodeData(data, endStream);
    }
  }

  @Override
  public void decodeTrailers(HeaderMap trailers) {
    if (over) {
      return;
    }
    noteEnd(true);
    if (log != null) {
      log.onTrailers(trailers);
    }
    if (chain == null) {
      toRouter(trailers);
    } else {
      chain.filters().encodeTrailers(trailers);
    }
  }

  // ---- the response, behind the filters

  void toRouter1xx(HeaderMap headers) {
    if (!over) {
      router.onInformational(this, headers);
    }
  }

  void toRouter(HeaderMap headers, boolean endStream) {
    if (!over) {
      router.onHeaders(this, headers, endStream);
    }
  }

  void toRouter(Buffer data, boolean endStream) {
    if (!over) {
      router.onData(this, data, endStream);
    }
  }

  void toRouter(HeaderMap trailers) {
    if (!over) {
      router.onTrailers(this, trailers);
    }
  }

  /** A filter holds more of the response than it may, or less again. */
  void slowResponse(boolean slow) {
    if (stream != null && !responseEnded) {
      stream.stream().readDisable(slow);
    }
  }

  void resetByFilter(StreamResetReason reason, String details) {
    if (over) {
      return;
    }
    abandon();
    tries.onReset(this, reason, details);
  }

  private void noteEnd(boolean endStream) {
    responseEnded = endStream;
    if (endStream) {
      noteBytes();
      bytesNoted = true;
      router.streamInfo().markTime(TimePoint.UPSTREAM_RX_END, worker.nanoTime());
    }
  }

  @Override
  public void onResetStream(StreamResetReason reason, String transportFailure) {
    if (over) {
      return;
    }
    stream = null;
    if (log != null) {
      log.onReset(reason);
    }
    end();
    tries.onReset(this, reason, transportFailure);
  }

  // ---- the end

  private void track(TrackedStats stats) {
    stats.onTry(elapsedNanos() / NANOS_PER_MILLI, timeouts.perTryMillis());
    HeaderMap headers = router.requestHeaders();
    if (headers != null) {
      stats.onRequestSize(headers, sentBytes);
    }
    stats.onResponseBody(receivedBytes);
  }

  /** Gives the try up; resets its stream unless both directions have ended. */
  void abandon() {
    if (over) {
      return;
    }
    PooledStream open = stream;
    stream = null;
    if (span != null) {
      span.cancel();
    }
    end();
    if (pending != null) {
      pending.cancel();
      pending = null;
    }
    if (open != null && !(responseEnded && requestSent)) {
      open.reset(this, StreamResetReason.LOCAL_RESET);
    }
  }

  private void end() {
    if (!over && tracked != null) {
      track(tracked);
    }
    over = true;
    if (perTryTimer != null) {
      perTryTimer.cancel();
    }
    if (perTryIdleTimer != null) {
      perTryIdleTimer.cancel();
    }
    if (durationTimer != null) {
      durationTimer.cancel();
    }
    if (waiting != null) {
      waiting.release();
    }
    resumeWaiting();
    if (aboveWatermark) {
      aboveWatermark = false;
      router.onUpstreamBelowWatermark();
    }
    if (chain != null) {
      chain.close();
    }
    noteBytes();
    if (span != null) {
      span.finish(responseStatus, router.streamInfo());
      span = null;
    }
    if (log != null) {
      log.end();
    }
  }

  /** Before the connection serves somebody else. */
  void noteBytes() {
    WireBytes counts = bytesNoted ? null : wire;
    if (counts != null) {
      StreamInfo info = router.streamInfo();
      for (ByteCounter counter : UPSTREAM_BYTES) {
        info.setByteCount(counter, counts.get(counter));
      }
    }
  }

  // ---- watermarks: of the upstream's socket, and of the downstream's

  @Override
  public void onAboveWriteBufferHighWatermark() {
    if (!aboveWatermark && !over) {
      aboveWatermark = true;
      router.onUpstreamAboveWatermark();
    }
  }

  @Override
  public void onBelowWriteBufferLowWatermark() {
    if (aboveWatermark) {
      aboveWatermark = false;
      router.onUpstreamBelowWatermark();
    }
  }

  void onDownstreamAboveWatermark() {
    downstreamAbove++;
    if (stream != null && !responseEnded) {
      stream.stream().readDisable(true);
    }
  }

  void onDownstreamBelowWatermark() {
    downstreamAbove--;
    if (stream != null && !responseEnded) {
      stream.stream().readDisable(false);
    }
  }

  /** The status in response headers, 0 when it is no number. */
  static int status(HeaderMap headers) {
    int entry = headers.find(HeaderName.STATUS);
    return entry < 0 ? 0 : (int) Math.max(0, headers.valueAsLong(entry));
  }
}
