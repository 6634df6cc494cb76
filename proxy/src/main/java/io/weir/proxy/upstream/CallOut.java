package io.weir.proxy.upstream;

import io.weir.filter.StreamInfo;
import io.weir.filter.Timer;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpStream;
import io.weir.filter.http.HttpStreamListener;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostMonitor;
import io.weir.proxy.cluster.HostStats.Kind;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.http.codec.ResponseDecoder;
import io.weir.proxy.http.codec.StreamCallbacks;
import io.weir.proxy.pool.HttpPool;
import io.weir.proxy.pool.PoolCallbacks;
import io.weir.proxy.pool.PoolFailure;
import io.weir.proxy.pool.PooledStream;
import io.weir.proxy.worker.EventLoopWorker;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One call-out: a request of the proxy's own through a cluster's balancer, pools and circuit
 * breakers. What fails before response headers came is answered as Envoy's router answers: 503 or
 * 504 with a body. Belongs to one worker.
 */
final class CallOut
    implements HttpStream, ResponseDecoder, StreamCallbacks, PoolCallbacks, LoadBalancerContext {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final EventLoopWorker worker;
  private final ActiveCluster cluster;
  private final HttpStreamListener listener;
  private final CallOptions options;
  private final String localIp;
  private final NettyBuffer waiting;
  private @Nullable HeaderMap requestHeaders;
  private @Nullable HeaderMap requestTrailers;
  private @Nullable Host host;
  private HttpPool.@Nullable PendingStream pending;
  private @Nullable PooledStream stream;
  private @Nullable Timer timeout;
  private long requestEndNanos = -1;
  private boolean headersEnd;
  private boolean requestEnded;
  private boolean responseStarted;
  private boolean responseEnded;
  private boolean done;
  private boolean aboveWatermark;
  private int readDisables;

  CallOut(
      EventLoopWorker worker,
      ActiveCluster cluster,
      HttpStreamListener listener,
      CallOptions options,
      String localIp) {
    this.worker = worker;
    this.cluster = cluster;
    this.listener = listener;
    this.options = options;
    this.localIp = localIp;
    this.waiting = new NettyBuffer(worker.allocator());
  }

  // ---- request

  @Override
  public void sendHeaders(HeaderMap headers, boolean endStream) {
    if (done || requestHeaders != null) {
      return;
    }
    worker.stats().counter("http.async-client.", "rq_total").inc();
    requestHeaders = headers;
    headersEnd = endStream;
    decorate(headers);
    if (cluster.maintenance(worker.random().nextLong())) {
      cluster.stats().rqMaintenance.inc();
      answer(503, "maintenance mode", "maintenance_mode");
      return;
    }
    host = cluster.choose(this);
    HttpPool pool = host == null ? null : cluster.pool(host, false, null, null, headers);
    if (pool == null) {
      answer(503, "no healthy upstream", "no_healthy_upstream");
      return;
    }
    if (endStream) {
      onRequestEnd();
    }
    pending = pool.newStream(this, this);
  }

  private void decorate(HeaderMap headers) {
    headers.set(HeaderName.X_ENVOY_INTERNAL, "true");
    if (options.sendXff()) {
      String forwarded = headers.get(HeaderName.X_FORWARDED_FOR);
      headers.set(
          HeaderName.X_FORWARDED_FOR, forwarded == null ? localIp : forwarded + "," + localIp);
    }
    if (options.timeoutMillis() > 0) {
      headers.set(HeaderName.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, options.timeoutMillis());
    }
    if (!headers.contains(HeaderName.SCHEME)) {
      headers.set(HeaderName.SCHEME, "http");
    }
  }

  @Override
  public void sendData(Buffer data, boolean endStream) {
    if (done || requestEnded) {
      data.clear();
      return;
    }
    if (endStream) {
      onRequestEnd();
    }
    if (stream == null) {
      data.moveTo(waiting);
    } else {
      stream.encodeData(data, endStream);
      completeIfBothEnded();
    }
  }

  @Override
  public void sendTrailers(HeaderMap trailers) {
    if (done || requestEnded) {
      return;
    }
    onRequestEnd();
    if (stream == null) {
      requestTrailers = trailers;
    } else {
      stream.encodeTrailers(trailers);
      completeIfBothEnded();
    }
  }

  private void onRequestEnd() {
    requestEnded = true;
    requestEndNanos = worker.nanoTime();
    if (options.timeoutMillis() > 0) {
      timeout = worker.newTimer(this::onTimeout);
      timeout.arm(options.timeoutMillis());
    }
  }

  @Override
  public void reset() {
    if (!done) {
      finish();
    }
  }

  @Override
  public boolean aboveWriteBufferHighWatermark() {
    return aboveWatermark;
  }

  @Override
  public void readDisable(boolean disable) {
    readDisables += disable ? 1 : -1;
    if (stream != null && !responseEnded) {
      stream.stream().readDisable(disable);
    }
  }

  // ---- pool

  @Override
  public void onPoolReady(PooledStream ready, StreamInfo.UpstreamInfo upstream) {
    HeaderMap headers = requestHeaders;
    pending = null;
    if (done || headers == null) {
      ready.reset(null, StreamResetReason.LOCAL_RESET);
      return;
    }
    stream = ready;
    ready.stream().addCallbacks(this);
    for (int i = 0; i < readDisables; i++) {
      ready.stream().readDisable(true);
    }
    String problem = ready.encodeHeaders(headers, headersEnd);
    if (problem != null) {
      stream = null;
      ready.reset(this, StreamResetReason.LOCAL_RESET);
      answer(503, problem, problem.replace(' ', '_'));
      return;
    }
    boolean dataEnds = requestEnded && !headersEnd && requestTrailers == null;
    if (!done && (!waiting.isEmpty() || dataEnds)) {
      ready.encodeData(waiting, dataEnds);
    }
    if (!done && requestTrailers != null) {
      ready.encodeTrailers(requestTrailers);
    }
    completeIfBothEnded();
  }

  @Override
  public void onPoolFailure(PoolFailure failure, String transportFailure) {
    pending = null;
    onFailure(failure.resetReason(), transportFailure);
  }

  // ---- response

  @Override
  public void decode1xxHeaders(HeaderMap headers) {}

  @Override
  public void decodeHeaders(HeaderMap headers, boolean endStream) {
    if (done) {
      return;
    }
    responseStarted = true;
    int status = (int) headers.valueAsLong(headers.find(HeaderName.STATUS));
    charge(status);
    if (requestEndNanos >= 0) {
      headers.set(
          HeaderName.X_ENVOY_UPSTREAM_SERVICE_TIME,
          (worker.nanoTime() - requestEndNanos) / NANOS_PER_MILLI);
    }
    responseEnded = endStream;
    listener.onHeaders(headers, endStream);
    completeIfBothEnded();
  }

  private void charge(int status) {
    ClusterStats stats = cluster.stats();
    stats.codes("").charge(status);
    stats.codes("internal.").charge(status);
    if (host != null) {
      host.stats().inc(worker.index(), status >= 500 ? Kind.RQ_ERROR : Kind.RQ_SUCCESS);
      HostMonitor monitor = host.monitor();
      if (monitor != null) {
        monitor.putResponseCode(status);
      }
    }
  }

  @Override
  public void decodeData(Buffer data, boolean endStream) {
    if (done) {
      return;
    }
    responseEnded = endStream;
    listener.onData(data, endStream);
    completeIfBothEnded();
  }

  @Override
  public void decodeTrailers(HeaderMap trailers) {
    if (done) {
      return;
    }
    responseEnded = true;
    listener.onTrailers(trailers);
    completeIfBothEnded();
  }

  private void completeIfBothEnded() {
    if (done || !responseEnded) {
      return;
    }
    if (!requestEnded) {
      // The answer came before the request was sent: the rest is of no use.
      finish();
      listener.onComplete();
      return;
    }
    if (requestEndNanos >= 0) {
      long millis = (worker.nanoTime() - requestEndNanos) / NANOS_PER_MILLI;
      cluster.stats().rqTime.record(millis);
      cluster.stats().internalRqTime.record(millis);
    }
    stream = null;
    finish();
    listener.onComplete();
  }

  // ---- failure

  @Override
  public void onResetStream(StreamResetReason reason, String transportFailure) {
    stream = null;
    onFailure(reason, transportFailure);
  }

  private void onFailure(StreamResetReason reason, String transportFailure) {
    if (done) {
      return;
    }
    if (responseStarted) {
      finish();
      listener.onReset(reason, reason.text());
      return;
    }
    HostMonitor monitor = host == null ? null : host.monitor();
    if (monitor != null && reason != StreamResetReason.OVERFLOW) {
      monitor.putResult(HostMonitor.Result.LOCAL_CONNECT_FAILED, 503);
    }
    int code = reason == StreamResetReason.PROTOCOL_ERROR ? 502 : 503;
    charge(code);
    answer(
        code,
        "upstream connect error or disconnect/reset before headers. reset reason: " + reason.text(),
        "upstream_reset_before_response_started{"
            + (transportFailure.isEmpty() ? reason.text() : reason.text() + "|" + transportFailure)
                .replace(' ', '_')
            + "}");
  }

  private void onTimeout() {
    if (done) {
      return;
    }
    cluster.stats().rqTimeout.inc();
    if (responseStarted) {
      finish();
      listener.onReset(StreamResetReason.LOCAL_RESET, "response_timeout");
      return;
    }
    if (host != null) {
      host.stats().inc(worker.index(), Kind.RQ_TIMEOUT);
      HostMonitor monitor = host.monitor();
      if (monitor != null) {
        monitor.putResult(HostMonitor.Result.LOCAL_TIMEOUT, 504);
      }
    }
    charge(504);
    answer(504, "upstream request timeout", "response_timeout");
  }

  /** Answers in the upstream's place. */
  private void answer(int status, String body, String details) {
    finish();
    listener.onLocalReply(details);
    var headers = new HeaderMap();
    headers.set(HeaderName.STATUS, status);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0) {
      headers.set(HeaderName.CONTENT_LENGTH, bytes.length);
      headers.set(HeaderName.CONTENT_TYPE, "text/plain");
    }
    listener.onHeaders(headers, bytes.length == 0);
    if (bytes.length > 0) {
      var data = new NettyBuffer(worker.allocator());
      data.append(bytes);
      listener.onData(data, true);
      data.release();
    }
    listener.onComplete();
  }

  private void finish() {
    done = true;
    if (timeout != null) {
      timeout.cancel();
    }
    waiting.release();
    if (pending != null) {
      pending.cancel();
      pending = null;
    }
    PooledStream open = stream;
    stream = null;
    if (open != null) {
      open.reset(this, StreamResetReason.LOCAL_RESET);
    }
  }

  @Override
  public void onAboveWriteBufferHighWatermark() {
    aboveWatermark = true;
    listener.onAboveWriteBufferHighWatermark();
  }

  @Override
  public void onBelowWriteBufferLowWatermark() {
    aboveWatermark = false;
    listener.onBelowWriteBufferLowWatermark();
  }
}
