package io.weir.proxy.router;

import io.weir.filter.ResponseFlag;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.WatermarkCallbacks;
import io.weir.filter.log.AccessLogger;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostStats.Kind;
import io.weir.proxy.cluster.TrackedStats;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.pool.HttpPool;
import io.weir.proxy.upstream.ActiveCluster;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Forwards one request: finds route, cluster and host, makes tries until one answers or time and
 * retries are used up. Answers, flags and details are those of Envoy's router. Belongs to one
 * stream.
 */
final class RouterFilter implements HttpFilter, WatermarkCallbacks {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final byte[] NO_BODY = {};

  private final RouterWorker router;
  private final RouterConfig config;
  private final HttpFilterCallbacks callbacks;
  private final Worker worker;
  private @Nullable ResolvedRoute route;
  private @Nullable ForwardAction forward;
  private @Nullable ActiveCluster cluster;
  private @Nullable UpstreamCharges charges;
  private @Nullable Tries tries;
  private @Nullable Mirrors mirrors;
  private TimeoutSettings timeouts = TimeoutSettings.NONE;
  private ResponseTimers.@Nullable ResponseTimer responseTimer;
  private long bufferLimit;
  private long requestCompleteNanos = -1;
  private int timeoutCode = 504;
  private boolean grpc;
  private boolean hedging;
  private boolean requestEnd;
  private boolean responseStarted;
  private boolean informationalSent;
  private boolean bodyAbandoned;

  RouterFilter(RouterWorker router, HttpFilterCallbacks callbacks) {
    this.router = router;
    this.config = router.config();
    this.callbacks = callbacks;
    this.worker = router.worker();
  }

  Worker worker() {
    return worker;
  }

  StreamInfo streamInfo() {
    return callbacks.streamInfo();
  }

  boolean requestComplete() {
    return requestEnd;
  }

  // ---- the request

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    router.stats().total().inc();
    grpc = RouteEntry.isGrpc(headers);
    if (!(callbacks.route() instanceof ResolvedRoute resolved)) {
      router.stats().noRoute().inc();
      streamInfo().setResponseFlag(ResponseFlag.NO_ROUTE_FOUND);
      reply(404, "", "route_not_found", null);
      return FilterHeadersStatus.STOP_ITERATION;
    }
    route = resolved;
    forward = resolved.forward();
    if (forward == null) {
      DirectReplies.send(resolved, headers, callbacks, router.stats());
      return FilterHeadersStatus.STOP_ITERATION;
    }
    String name = resolved.clusterName();
    ActiveCluster found = name == null ? null : router.cluster(name);
    if (found == null) {
      router.stats().noCluster().inc();
      streamInfo().setResponseFlag(ResponseFlag.NO_CLUSTER_FOUND);
      reply(forward.notFoundCode(), "", "cluster_not_found", null);
      return FilterHeadersStatus.STOP_ITERATION;
    }
    cluster = found;
    forward(found, resolved, forward, headers, endStream);
    return FilterHeadersStatus.STOP_ITERATION;
  }

  private void forward(
      ActiveCluster to,
      ResolvedRoute by,
      ForwardAction action,
      HeaderMap headers,
      boolean endStream) {
    StreamInfo info = streamInfo();
    UpstreamCharges.noteCluster(info, to);
    String virtualCluster = by.entry().virtualHost().virtualCluster(headers);
    if (virtualCluster != null && !virtualCluster.equals(VirtualHost.OTHER)) {
      info.setVirtualClusterName(virtualCluster);
    }
    UpstreamCharges charged = charges(to, by, headers, virtualCluster);
    charges = charged;
    if (refused(to, headers)) {
      return;
    }
    hedging = hedging(action, headers);
    RetryPolicy policy = action.retry() == null ? RetryPolicy.NONE : action.retry();
    timeouts = TimeoutSettings.of(action, policy, headers, grpc, config.respectExpectedTimeout());
    tellTimeout(headers, action, 0);
    if (headers.remove(EnvoyHeaders.TIMEOUT_ALT_RESPONSE) > 0) {
      timeoutCode = 204;
    }
    if (by.entry().virtualHost().settings().attemptCountInRequest()) {
      headers.set(HeaderName.X_ENVOY_ATTEMPT_COUNT, 1);
    }
    info.setAttemptCount(1);
    by.finalizeRequest(headers, info, !config.suppressEnvoyHeaders());
    var all = new Tries(this, to, by, action, charged, timeouts, hedging);
    all.readRetries(policy, headers);
    Host host = to.choose(all.choice());
    HttpPool pool = host == null ? null : all.pool(to, host);
    if (host == null || pool == null) {
      noHealthyUpstream();
      return;
    }
    tries = all;
    mirrors = action.mirrors().isEmpty() ? null : Mirrors.choose(action, headers, info, router);
    bufferLimit = bufferLimit(by);
    callbacks.addDownstreamWatermarkCallbacks(this);
    if (endStream) {
      // Before the try: it may fail at once, and mirrors are sent all the same.
      requestEnd = true;
    }
    all.begin(to, pool, host, endStream);
    if (endStream) {
      onRequestComplete();
    }
  }

  private UpstreamCharges charges(
      ActiveCluster to, ResolvedRoute by, HeaderMap headers, @Nullable String virtualCluster) {
    int alt = headers.find(EnvoyHeaders.ALT_STAT_NAME);
    String altStatName = alt < 0 ? null : headers.value(alt);
    if (alt >= 0) {
      headers.remove(EnvoyHeaders.ALT_STAT_NAME);
    }
    return new UpstreamCharges(
        to,
        worker.index(),
        config.dynamicStats(),
        UpstreamCharges.isInternal(headers),
        by.virtualHostName(),
        virtualCluster,
        virtualCluster == null ? null : router.virtualCluster(by.virtualHostName(), virtualCluster),
        altStatName);
  }

  private boolean refused(ActiveCluster to, HeaderMap headers) {
    if (!config.strictCheckHeaders().isEmpty()) {
      HeaderName invalid = StrictHeaders.firstInvalid(config.strictCheckHeaders(), headers);
      if (invalid != null) {
        streamInfo().setResponseFlag(ResponseFlag.INVALID_ENVOY_REQUEST_HEADERS);
        String body = "invalid header '" + invalid + "' with value '" + headers.get(invalid) + "'";
        reply(400, body, "invalid_envoy_request_headers{" + invalid + "}", null);
        return true;
      }
    }
    if (to.maintenance(worker.random().nextLong())) {
      streamInfo().setResponseFlag(ResponseFlag.UPSTREAM_OVERFLOW);
      to.stats().rqMaintenance.inc();
      chargeCode(503, null);
      reply(503, "maintenance mode", "maintenance_mode", this::markOverloaded);
      return true;
    }
    if (to.dropsAll()) {
      streamInfo().setResponseFlag(ResponseFlag.UNCONDITIONAL_DROP_OVERLOAD);
      chargeCode(503, null);
      reply(
          503,
          "unconditional drop overload",
          "unconditional_drop_overload",
          response -> response.set(EnvoyHeaders.UNCONDITIONAL_DROP, "true"));
      return true;
    }
    if (to.drops()) {
      streamInfo().setResponseFlag(ResponseFlag.DROP_OVERLOAD);
      to.stats().stats().counter(to.stats().prefix(), "upstream_rq_drop_overload").inc();
      chargeCode(503, null);
      reply(503, "drop overload", "drop_overload", this::markOverloaded);
      return true;
    }
    return false;
  }

  private boolean hedging(ForwardAction action, HeaderMap headers) {
    int asked = headers.find(EnvoyHeaders.HEDGE_ON_PER_TRY_TIMEOUT);
    return asked >= 0 ? headers.valueEquals(asked, "true") : action.hedge().onPerTryTimeout();
  }

  private void tellTimeout(HeaderMap headers, ForwardAction action, long elapsedMillis) {
    boolean grpcHeader =
        grpc && action.timeouts().maxGrpcMillis() >= 0 && !action.timeouts().streamDuration();
    timeouts.tell(headers, elapsedMillis, !config.suppressEnvoyHeaders(), grpcHeader, hedging);
  }

  private long bufferLimit(ResolvedRoute by) {
    long general = callbacks.decoderBufferLimit();
    long own = by.requestBodyBufferLimit();
    if (general == 0) {
      return own < 0 ? Long.MAX_VALUE : own;
    }
    return own < 0 ? general : Math.min(general, own);
  }

  /** The remaining time goes to the upstream of a further try. */
  void tellRemainingTimeout(HeaderMap headers) {
    if (requestCompleteNanos >= 0 && forward != null) {
      tellTimeout(headers, forward, (worker.nanoTime() - requestCompleteNanos) / NANOS_PER_MILLI);
    }
  }

  /** The filters of a try: the cluster's, or else the router's. */
  List<HttpFilterSlot> filtersOf(ActiveCluster to) {
    List<HttpFilterSlot> own = to.config().httpFilters();
    return own.isEmpty() ? config.upstreamFilters() : own;
  }

  /** Null when upstream requests are not logged. */
  @Nullable TryLog tryLog() {
    AccessLogger[] loggers = router.upstreamLog();
    return loggers.length == 0 ? null : new TryLog(this, config.upstreamLogOptions(), loggers);
  }

  /** The cluster as it is now; null when it is gone. */
  @Nullable ActiveCluster present(ActiveCluster of) {
    return router.cluster(of.name());
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    boolean keep = keepsBody();
    if (keep && bufferedBytes() + data.length() > bufferLimit) {
      keep = false;
      if (abandonBuffering()) {
        return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
      }
    }
    UpstreamRequest current = tries == null ? null : tries.first();
    if (endStream) {
      requestEnd = true;
    }
    if (keep) {
      if (current != null) {
        var copy = (NettyBuffer) worker.newBuffer();
        ((NettyBuffer) data).shareWith(copy);
        current.sendData(copy, endStream);
        copy.release();
      }
      callbacks.addDecodedData(data, true);
    } else if (current != null) {
      current.sendData(data, endStream);
    } else {
      data.clear();
    }
    if (endStream) {
      onRequestComplete();
    }
    return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
  }

  /** Whether the body may be needed again: for a retry, a mirror or a redirect. */
  private boolean keepsBody() {
    return tries != null && tries.keepBody()
        || mirrors != null
        || !bodyAbandoned
            && !responseStarted
            && forward != null
            && forward.internalRedirects() != null;
  }

  private long bufferedBytes() {
    Buffer held = callbacks.decodingBuffer();
    return held == null ? 0 : held.length();
  }

  /** The body does not fit: no retry, no mirror. True when that ends the request. */
  private boolean abandonBuffering() {
    bodyAbandoned = true;
    if (cluster != null) {
      cluster.stats().retryOrShadowAbandoned.inc();
    }
    mirrors = null;
    if (tries != null) {
      tries.endRetries();
    }
    if ((tries == null || tries.none()) && !responseStarted) {
      cleanUp();
      reply(
          507,
          "exceeded request buffer limit while retrying upstream",
          "request_payload_exceeded_retry_buffer_limit",
          this::addAttemptCount);
      return true;
    }
    return false;
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    requestEnd = true;
    UpstreamRequest current = tries == null ? null : tries.first();
    if (current != null) {
      current.sendTrailers(trailers);
    }
    onRequestComplete();
    return FilterTrailersStatus.STOP_ITERATION;
  }

  private void onRequestComplete() {
    requestEnd = true;
    requestCompleteNanos = worker.nanoTime();
    Tries all = tries;
    if (all == null || all.over()) {
      return;
    }
    if (mirrors != null) {
      mirrors.send(
          callbacks.decodingBuffer(), callbacks.requestTrailers(), timeouts.globalMillis());
    }
    if (timeouts.globalMillis() > 0) {
      responseTimer = router.timers().start(this, timeouts.globalMillis());
    }
    all.onRequestComplete();
  }

  // ---- for a try

  /** The headers to send. */
  @Nullable HeaderMap requestHeaders() {
    return callbacks.requestHeaders();
  }

  /** A host was found: its name may become the request's. */
  void beforeHeaders(Host host, HeaderMap headers) {
    if (forward != null && forward.hostRewrite() instanceof HostRewrite.Auto) {
      String name = host.hostname();
      if (!name.isEmpty()) {
        ResolvedRoute.setHost(
            headers, name, forward.appendForwardedHost(), !config.suppressEnvoyHeaders());
      }
    }
  }

  // ---- the response

  void onInformational(UpstreamRequest from, HeaderMap headers) {
    responseStarted = true;
    from.tries().abandonOthers(from);
    if (!informationalSent) {
      informationalSent = true;
      chargeCode(UpstreamRequest.status(headers), from.host());
      callbacks.encode1xxHeaders(headers);
    }
  }

  void onHeaders(UpstreamRequest from, HeaderMap headers, boolean endStream) {
    int status = UpstreamRequest.status(headers);
    int grpcStatus = grpcStatus(headers);
    UpstreamCharges.outlierCode(
        from.host(), grpcStatus < 0 ? status : GrpcCodes.toHttp(grpcStatus));
    UpstreamCharges.answered(from, status, grpcStatus, headers, worker);
    addAttemptCount(headers);
    if (cluster != null && headers.contains(EnvoyHeaders.IMMEDIATE_HEALTH_CHECK_FAIL)) {
      cluster.onImmediateFailure(from.host());
    }
    Tries.Verdict verdict = from.tries().onHeaders(from, headers, status);
    if (verdict == Tries.Verdict.RETRY || Redirection.follow(this, headers, status)) {
      return;
    }
    if (verdict == Tries.Verdict.LAST_RESORT && from.tries().leaveToOthers(from)) {
      return;
    }
    accept(from, headers, status, grpcStatus, endStream);
  }

  private void accept(
      UpstreamRequest from, HeaderMap headers, int status, int grpcStatus, boolean endStream) {
    responseStarted = true;
    from.tries().abandonOthers(from);
    if (!config.suppressEnvoyHeaders() && requestCompleteNanos >= 0) {
      headers.set(
          HeaderName.X_ENVOY_UPSTREAM_SERVICE_TIME,
          (worker.nanoTime() - requestCompleteNanos) / NANOS_PER_MILLI);
    }
    boolean canary =
        headers.valueEquals(EnvoyHeaders.UPSTREAM_CANARY, "true")
            || from.host().endpoint().canary();
    if (charges != null) {
      charges.code(status, from.host(), canary);
    }
    if (status < 500 || status > 599) {
      countSuccess(from, grpcStatus, endStream);
    }
    from.tries().choice().addCookies(headers);
    if (route != null) {
      streamInfo().setResponseCodeDetails("via_upstream");
      streamInfo().setResponseCode(status);
      route.finalizeResponse(requestHeaders(), headers, streamInfo());
    }
    if (endStream) {
      onUpstreamComplete(from);
    }
    callbacks.encodeHeaders(headers, endStream, "via_upstream");
  }

  private void countSuccess(UpstreamRequest from, int grpcStatus, boolean endStream) {
    if (!grpc) {
      from.tries().count(from.host(), Kind.RQ_SUCCESS);
    } else if (endStream) {
      countGrpc(from, grpcStatus);
    } else {
      from.grpcOutcomeDeferred = true;
    }
  }

  private void countGrpc(UpstreamRequest from, int grpcStatus) {
    boolean good = grpcStatus >= 0 && GrpcCodes.toHttp(grpcStatus) / 100 != 5;
    from.tries().count(from.host(), good ? Kind.RQ_SUCCESS : Kind.RQ_ERROR);
  }

  void onData(UpstreamRequest from, Buffer data, boolean endStream) {
    if (endStream) {
      if (from.grpcOutcomeDeferred) {
        from.grpcOutcomeDeferred = false;
        from.tries().count(from.host(), Kind.RQ_ERROR);
      }
      onUpstreamComplete(from);
    }
    callbacks.encodeData(data, endStream);
  }

  void onTrailers(UpstreamRequest from, HeaderMap trailers) {
    UpstreamCharges.answerEnded(from, grpcStatus(trailers), trailers, worker);
    if (from.grpcOutcomeDeferred) {
      from.grpcOutcomeDeferred = false;
      countGrpc(from, grpcStatus(trailers));
    }
    onUpstreamComplete(from);
    callbacks.encodeTrailers(trailers);
  }

  private int grpcStatus(HeaderMap headers) {
    int entry = grpc ? headers.find(HeaderName.GRPC_STATUS) : -1;
    return entry < 0 ? -1 : (int) headers.valueAsLong(entry);
  }

  /** The response is complete; what is left of the request is of no use. */
  private void onUpstreamComplete(UpstreamRequest from) {
    if (requestEnd && requestCompleteNanos >= 0) {
      long millis = (worker.nanoTime() - requestCompleteNanos) / NANOS_PER_MILLI;
      UpstreamCharges.responseTime(from.host(), millis);
      if (charges != null) {
        charges.time(millis);
      }
    }
    from.tries().drop(from);
    cleanUp();
  }

  /** Headers of the request cannot be sent; the codec says why. */
  void onInvalidRequest(UpstreamRequest from, String problem) {
    from.tries().drop(from);
    cleanUp();
    reply(503, problem, "filter_removed_required_request_headers{" + problem + "}", null);
  }

  void abort(int code, ResponseFlag flag, String body, boolean dropped, String details) {
    streamInfo().setResponseFlag(flag);
    cleanUp();
    reply(code, body, details, dropped ? this::markDropped : this::addAttemptCount);
  }

  private void markDropped(HeaderMap headers) {
    markOverloaded(headers);
    addAttemptCount(headers);
  }

  private void markOverloaded(HeaderMap headers) {
    if (!config.suppressEnvoyHeaders()) {
      headers.set(HeaderName.X_ENVOY_OVERLOADED, "true");
    }
  }

  private void addAttemptCount(HeaderMap headers) {
    if (route != null
        && cluster != null
        && route.entry().virtualHost().settings().attemptCountInResponse()) {
      headers.set(HeaderName.X_ENVOY_ATTEMPT_COUNT, tries == null ? 1 : tries.attempts());
    }
  }

  void noHealthyUpstream() {
    streamInfo().setResponseFlag(ResponseFlag.NO_HEALTHY_UPSTREAM);
    chargeCode(503, null);
    reply(503, "no healthy upstream", "no_healthy_upstream", this::addAttemptCount);
  }

  private void chargeCode(int code, @Nullable Host host) {
    if (charges != null) {
      charges.code(code, host, false);
    }
  }

  private void reply(int code, String body, String details, @Nullable Consumer<HeaderMap> modify) {
    callbacks.sendLocalReply(
        new LocalReply(
            code,
            body.isEmpty() ? NO_BODY : body.getBytes(StandardCharsets.UTF_8),
            modify,
            null,
            details));
  }

  // ---- time

  void onResponseTimeout() {
    if (tries != null) {
      tries.onResponseTimeout(timeoutCode);
    }
    abortByTimeout("response_timeout");
  }

  void abortByTimeout(String details) {
    String body = timeoutCode == 504 ? "upstream request timeout" : "";
    abort(timeoutCode, ResponseFlag.UPSTREAM_REQUEST_TIMEOUT, body, false, details);
  }

  void maxDurationReached() {
    streamInfo().setResponseFlag(ResponseFlag.UPSTREAM_MAX_STREAM_DURATION_REACHED);
    cleanUp();
    reply(
        504,
        "upstream max stream duration reached",
        "upstream_max_stream_duration_reached",
        this::addAttemptCount);
  }

  int timeoutCode() {
    return timeoutCode;
  }

  // ---- redirects, for Redirection

  RouterStats stats() {
    return router.stats();
  }

  HttpFilterCallbacks callbacks() {
    return callbacks;
  }

  @Nullable ForwardAction action() {
    return forward;
  }

  @Nullable ActiveCluster cluster() {
    return cluster;
  }

  boolean responseStarted() {
    return responseStarted;
  }

  boolean grpc() {
    return grpc;
  }

  /** Whether the whole request is at hand, and nothing of a response has gone out. */
  boolean canStartOver() {
    return requestEnd && !bodyAbandoned && !responseStarted;
  }

  // ---- the end

  /** Stops timers and retries. */
  void cleanUp() {
    if (responseTimer != null) {
      responseTimer.stop();
      responseTimer = null;
    }
    if (tries != null) {
      tries.endRetries();
    }
  }

  @Override
  public void onStreamComplete() {
    Tries all = tries;
    if (all != null) {
      all.noteBytes();
    }
  }

  @Override
  public void onDestroy() {
    Tries all = tries;
    if (all != null) {
      all.dropAll();
      TrackedStats tracked = all.cluster().stats().tracked();
      if (tracked != null && requestCompleteNanos >= 0) {
        long millis = (worker.nanoTime() - requestCompleteNanos) / NANOS_PER_MILLI;
        tracked.onRequest(millis, timeouts.globalMillis());
      }
      callbacks.removeDownstreamWatermarkCallbacks(this);
    }
    cleanUp();
    mirrors = null;
  }

  // ---- watermarks

  void onUpstreamAboveWatermark() {
    callbacks.onDecoderFilterAboveWriteBufferHighWatermark();
  }

  void onUpstreamBelowWatermark() {
    callbacks.onDecoderFilterBelowWriteBufferLowWatermark();
  }

  @Override
  public void onAboveWriteBufferHighWatermark() {
    if (tries != null) {
      tries.onDownstreamAbove();
    }
  }

  @Override
  public void onBelowWriteBufferLowWatermark() {
    if (tries != null) {
      tries.onDownstreamBelow();
    }
  }
}
