package io.weir.proxy.router;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.ResponseFlag;
import io.weir.filter.StreamInfo;
import io.weir.filter.Timer;
import io.weir.filter.Value;
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
import io.weir.filter.http.OverrideHost;
import io.weir.filter.http.StreamResetReason;
import io.weir.filter.http.WatermarkCallbacks;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostMonitor;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.HostStats.Kind;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.PriorityLoad;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.pool.HttpPool;
import io.weir.proxy.upstream.ActiveCluster;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Forwards one request: finds route, cluster and host, makes tries until one answers or time and
 * retries are used up. Answers, flags and details are those of Envoy's router. Belongs to one
 * stream.
 */
final class RouterFilter implements HttpFilter, LoadBalancerContext, WatermarkCallbacks {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final byte[] NO_BODY = {};

  private final RouterWorker router;
  private final RouterConfig config;
  private final HttpFilterCallbacks callbacks;
  private final Worker worker;
  private final List<UpstreamRequest> requests = new ArrayList<>(1);
  private @Nullable ResolvedRoute route;
  private @Nullable ForwardAction forward;
  private @Nullable ActiveCluster cluster;
  private @Nullable UpstreamCharges charges;
  private @Nullable RetryState retry;
  private @Nullable RetryMemory memory;
  private @Nullable Mirrors mirrors;
  private TimeoutSettings timeouts = new TimeoutSettings(0, 0, 0);
  private @Nullable Timer responseTimer;
  private @Nullable Long hash;
  private @Nullable List<String> setCookies;
  private long bufferLimit;
  private long requestCompleteNanos = -1;
  private int timeoutCode = 504;
  private int attempts = 1;
  private int pendingRetries;
  private int downstreamAbove;
  private boolean hashComputed;
  private boolean grpc;
  private boolean hedging;
  private boolean requestEnd;
  private boolean requestStarted;
  private boolean responseStarted;
  private boolean informationalSent;
  private boolean watching;
  private boolean timeoutRetry;
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

  @Override
  public StreamInfo streamInfo() {
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
    charges = charges(to, by, headers, virtualCluster);
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
    by.finalizeRequest(
        headers, FormatContext.ofStream(headers, null, info), !config.suppressEnvoyHeaders());
    if (action.retry() != null
        || headers.contains(HeaderName.X_ENVOY_RETRY_ON)
        || headers.contains(EnvoyHeaders.RETRY_GRPC_ON)) {
      retry = new RetryState(policy, headers, to, worker, action.highPriority(), this::retryNow);
      EnvoyHeaders.removeRetryHeaders(headers);
    }
    Host host = to.choose(this);
    if (host == null) {
      noHealthyUpstream();
      return;
    }
    mirrors = action.mirrors().isEmpty() ? null : Mirrors.choose(action, headers, router);
    bufferLimit = bufferLimit(by);
    callbacks.addDownstreamWatermarkCallbacks(this);
    watching = true;
    if (endStream) {
      // Before the try: it may fail at once, and mirrors are sent all the same.
      requestEnd = true;
    }
    begin(to, host, endStream);
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

  private void begin(ActiveCluster to, Host host, boolean endStream) {
    var request = new UpstreamRequest(this, host, timeouts, grpc);
    for (int i = 0; i < downstreamAbove; i++) {
      request.onDownstreamAboveWatermark();
    }
    requests.add(request);
    Object apart = to.config().poolPerDownstream() ? streamInfo().connection().id() : null;
    StreamInfo info = streamInfo();
    HttpPool pool = to.pool(host, highPriority(), info.connection().id(), info.protocol());
    request.start(pool, endStream);
  }

  private boolean highPriority() {
    return forward != null && forward.highPriority();
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
    UpstreamRequest current = requests.isEmpty() ? null : requests.getFirst();
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
    return retry != null && retry.enabled()
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
    if (retry != null) {
      retry.close();
    }
    retry = null;
    mirrors = null;
    pendingRetries = 0;
    if (requests.isEmpty() && !responseStarted) {
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
    if (!requests.isEmpty()) {
      requests.getFirst().sendTrailers(trailers);
    }
    onRequestComplete();
    return FilterTrailersStatus.STOP_ITERATION;
  }

  private void onRequestComplete() {
    requestEnd = true;
    requestCompleteNanos = worker.nanoTime();
    if (requests.isEmpty() && pendingRetries == 0) {
      return;
    }
    if (mirrors != null) {
      mirrors.send(
          callbacks.decodingBuffer(), callbacks.requestTrailers(), timeouts.globalMillis());
    }
    if (timeouts.globalMillis() > 0) {
      responseTimer = worker.newTimer(this::onResponseTimeout);
      responseTimer.arm(timeouts.globalMillis());
    }
    for (UpstreamRequest request : List.copyOf(requests)) {
      request.onRequestComplete();
    }
  }

  // ---- for a try

  /** The headers to send. */
  @Override
  public @Nullable HeaderMap requestHeaders() {
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

  long maxUpstreamStreamMillis() {
    return cluster == null ? 0 : cluster.config().maxStreamMillis();
  }

  // ---- the response

  void onInformational(UpstreamRequest from, HeaderMap headers) {
    chargeCode(UpstreamRequest.status(headers), from.host());
    responseStarted = true;
    abandonOthers(from);
    closeRetry();
    if (!informationalSent) {
      informationalSent = true;
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
    boolean wantedRetry = false;
    if (retry != null) {
      if (from.retried) {
        wantedRetry = retry.wouldRetry(headers);
      } else {
        RetryState.Outcome outcome = retry.onHeaders(headers);
        if (outcome == RetryState.Outcome.YES) {
          retryInsteadOf(from, status, endStream);
          return;
        }
        wantedRetry = noteRefusedRetry(outcome);
      }
    }
    if (Redirection.follow(this, headers, status)) {
      return;
    }
    if (wantedRetry && (othersAwaitingHeaders(from) || pendingRetries > 0)) {
      hostStat(from.host(), Kind.RQ_ERROR);
      requests.remove(from);
      from.abandon();
      return;
    }
    accept(from, headers, status, grpcStatus, endStream);
  }

  private void retryInsteadOf(UpstreamRequest from, int status, boolean endStream) {
    pendingRetries++;
    hostStat(from.host(), Kind.RQ_ERROR);
    if (charges != null) {
      charges.retried(status);
    }
    remember(from.host());
    requests.remove(from);
    from.abandon();
  }

  private boolean noteRefusedRetry(RetryState.Outcome outcome) {
    switch (outcome) {
      case OVERFLOW -> streamInfo().setResponseFlag(ResponseFlag.UPSTREAM_OVERFLOW);
      case LIMIT_EXCEEDED ->
          streamInfo().setResponseFlag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
      case YES, NO -> {
        return false;
      }
    }
    return true;
  }

  private void accept(
      UpstreamRequest from, HeaderMap headers, int status, int grpcStatus, boolean endStream) {
    responseStarted = true;
    abandonOthers(from);
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
    if (setCookies != null) {
      for (String cookie : setCookies) {
        headers.add(HeaderName.SET_COOKIE, cookie);
      }
    }
    if (route != null) {
      streamInfo().setResponseCodeDetails("via_upstream");
      route.finalizeResponse(
          headers, FormatContext.ofStream(requestHeaders(), headers, streamInfo()));
    }
    if (endStream) {
      onUpstreamComplete(from);
    }
    callbacks.encodeHeaders(headers, endStream, "via_upstream");
  }

  private void countSuccess(UpstreamRequest from, int grpcStatus, boolean endStream) {
    if (!grpc) {
      hostStat(from.host(), Kind.RQ_SUCCESS);
    } else if (endStream) {
      countGrpc(from, grpcStatus);
    } else {
      from.grpcOutcomeDeferred = true;
    }
  }

  private void countGrpc(UpstreamRequest from, int grpcStatus) {
    boolean good = grpcStatus >= 0 && GrpcCodes.toHttp(grpcStatus) / 100 != 5;
    hostStat(from.host(), good ? Kind.RQ_SUCCESS : Kind.RQ_ERROR);
  }

  void onData(UpstreamRequest from, Buffer data, boolean endStream) {
    if (endStream) {
      if (from.grpcOutcomeDeferred) {
        from.grpcOutcomeDeferred = false;
        hostStat(from.host(), Kind.RQ_ERROR);
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
    requests.remove(from);
    from.abandon();
    cleanUp();
  }

  // ---- failure

  void onUpstreamReset(UpstreamRequest from, StreamResetReason reason, String transportFailure) {
    boolean dropped = reason == StreamResetReason.OVERFLOW;
    requestStarted |= from.started();
    if (!dropped) {
      outlierReset(from, reason);
    }
    if (retryReset(from, reason, false)) {
      return;
    }
    int code = reason == StreamResetReason.PROTOCOL_ERROR ? 502 : 503;
    chargeAbort(code, from, dropped);
    requests.remove(from);
    if (othersAwaitingHeaders(from) || pendingRetries > 0) {
      return;
    }
    String body =
        "upstream connect error or disconnect/reset before headers. "
            + (attempts > 1 ? "retried and the latest " : "")
            + "reset reason: "
            + reason.text();
    String details =
        (responseStarted
                ? "upstream_reset_after_response_started{"
                : "upstream_reset_before_response_started{")
            + reason.text()
            + (transportFailure.isEmpty() ? "" : "|" + transportFailure)
            + "}";
    abort(code, flagOf(reason), body, dropped, details.replace(' ', '_'));
  }

  private void outlierReset(UpstreamRequest from, StreamResetReason reason) {
    UpstreamCharges.unanswered(from, worker);
    boolean connect =
        switch (reason) {
          case LOCAL_CONNECTION_FAILURE, REMOTE_CONNECTION_FAILURE, CONNECTION_TIMEOUT -> true;
          default -> false;
        };
    UpstreamCharges.outlier(
        from.host(),
        connect
            ? HostMonitor.Result.LOCAL_CONNECT_FAILED
            : HostMonitor.Result.EXTERNAL_REQUEST_FAILED,
        503);
  }

  private static ResponseFlag flagOf(StreamResetReason reason) {
    return switch (reason) {
      case LOCAL_CONNECTION_FAILURE, REMOTE_CONNECTION_FAILURE, CONNECTION_TIMEOUT ->
          ResponseFlag.UPSTREAM_CONNECTION_FAILURE;
      case CONNECTION_TERMINATION, HTTP1_PREMATURE_UPSTREAM_HALF_CLOSE ->
          ResponseFlag.UPSTREAM_CONNECTION_TERMINATION;
      case LOCAL_RESET, LOCAL_REFUSED_STREAM_RESET -> ResponseFlag.LOCAL_RESET;
      case OVERFLOW -> ResponseFlag.UPSTREAM_OVERFLOW;
      case REMOTE_RESET, REMOTE_REFUSED_STREAM_RESET, CONNECT_ERROR ->
          ResponseFlag.UPSTREAM_REMOTE_RESET;
      case PROTOCOL_ERROR -> ResponseFlag.UPSTREAM_PROTOCOL_ERROR;
      case OVERLOAD_MANAGER -> ResponseFlag.OVERLOAD_MANAGER;
    };
  }

  /** Retries after a reset or a timeout; true when a retry is under way. */
  private boolean retryReset(UpstreamRequest from, StreamResetReason reason, boolean timeout) {
    if (responseStarted || retry == null || from.retried) {
      return false;
    }
    RetryState.Outcome outcome = retry.onReset(reason, requestStarted);
    if (outcome != RetryState.Outcome.YES) {
      noteRefusedRetry(outcome);
      return false;
    }
    pendingRetries++;
    timeoutRetry = timeout;
    hostStat(from.host(), Kind.RQ_ERROR);
    remember(from.host());
    requests.remove(from);
    return true;
  }

  private void chargeAbort(int code, UpstreamRequest from, boolean dropped) {
    if (responseStarted) {
      if (from.grpcOutcomeDeferred) {
        hostStat(from.host(), Kind.RQ_ERROR);
      }
      router.stats().resetAfterResponseStarted().inc();
      return;
    }
    chargeCode(code, from.host());
    if (code / 100 != 5) {
      hostStat(from.host(), Kind.RQ_ERROR);
    }
  }

  /** Headers of the request cannot be sent; the codec says why. */
  void onInvalidRequest(UpstreamRequest from, String problem) {
    requests.remove(from);
    from.abandon();
    cleanUp();
    reply(503, problem, "filter_removed_required_request_headers{" + problem + "}", null);
  }

  private void abort(int code, ResponseFlag flag, String body, boolean dropped, String details) {
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
      headers.set(HeaderName.X_ENVOY_ATTEMPT_COUNT, attempts);
    }
  }

  private void noHealthyUpstream() {
    streamInfo().setResponseFlag(ResponseFlag.NO_HEALTHY_UPSTREAM);
    chargeCode(503, null);
    reply(503, "no healthy upstream", "no_healthy_upstream", this::addAttemptCount);
  }

  private void chargeCode(int code, @Nullable Host host) {
    if (charges != null) {
      charges.code(code, host, false);
    }
  }

  private void hostStat(Host host, Kind kind) {
    host.stats().inc(worker.index(), kind);
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

  private void onResponseTimeout() {
    if (cluster != null) {
      cluster.stats().rqTimeout.inc();
    }
    for (UpstreamRequest request : List.copyOf(requests)) {
      requests.remove(request);
      if (request.awaitingHeaders()) {
        hostStat(request.host(), Kind.RQ_TIMEOUT);
        UpstreamCharges.outlier(request.host(), HostMonitor.Result.LOCAL_TIMEOUT, 504);
        UpstreamCharges.unanswered(request, worker);
        chargeAbort(timeoutCode, request, false);
      }
      request.abandon();
    }
    abortByTimeout("response_timeout");
  }

  private void abortByTimeout(String details) {
    String body = timeoutCode == 504 ? "upstream request timeout" : "";
    abort(timeoutCode, ResponseFlag.UPSTREAM_REQUEST_TIMEOUT, body, false, details);
  }

  void onPerTryTimeout(UpstreamRequest from) {
    if (hedging) {
      hedge(from);
      return;
    }
    if (cluster != null) {
      cluster.stats().rqPerTryTimeout.inc();
    }
    tryTimedOut(from, "upstream_per_try_timeout");
  }

  void onPerTryIdleTimeout(UpstreamRequest from) {
    if (cluster != null) {
      cluster.stats().rqPerTryIdleTimeout.inc();
    }
    tryTimedOut(from, "upstream_per_try_idle_timeout");
  }

  private void tryTimedOut(UpstreamRequest from, String details) {
    hostStat(from.host(), Kind.RQ_TIMEOUT);
    requestStarted |= from.started();
    from.abandon();
    UpstreamCharges.outlier(from.host(), HostMonitor.Result.LOCAL_TIMEOUT, 504);
    UpstreamCharges.unanswered(from, worker);
    if (retryReset(from, StreamResetReason.LOCAL_RESET, true)) {
      return;
    }
    chargeAbort(timeoutCode, from, false);
    requests.remove(from);
    abortByTimeout(details);
  }

  /** The try goes on, and another one is made beside it. */
  private void hedge(UpstreamRequest from) {
    hostStat(from.host(), Kind.RQ_TIMEOUT);
    UpstreamCharges.outlier(from.host(), HostMonitor.Result.LOCAL_TIMEOUT, 504);
    if (responseStarted || from.retried || retry == null) {
      return;
    }
    RetryState.Outcome outcome = retry.onHedge();
    if (outcome == RetryState.Outcome.YES) {
      pendingRetries++;
      timeoutRetry = true;
      from.retried = true;
      remember(from.host());
    } else {
      noteRefusedRetry(outcome);
    }
  }

  void onMaxDuration(UpstreamRequest from) {
    if (cluster != null) {
      cluster.stats().rqMaxDuration.inc();
    }
    requestStarted |= from.started();
    from.abandon();
    if (retryReset(from, StreamResetReason.LOCAL_RESET, false)) {
      return;
    }
    requests.remove(from);
    streamInfo().setResponseFlag(ResponseFlag.UPSTREAM_MAX_STREAM_DURATION_REACHED);
    cleanUp();
    reply(
        408,
        "upstream max stream duration reached",
        "upstream_max_stream_duration_reached",
        this::addAttemptCount);
  }

  // ---- retries

  private void remember(Host host) {
    if (retry != null && RetryMemory.needed(retry.policy())) {
      if (memory == null) {
        memory = new RetryMemory(retry.policy());
      }
      memory.tried(host);
    }
  }

  private void retryNow() {
    pendingRetries--;
    attempts++;
    ResolvedRoute by = route;
    HeaderMap headers = requestHeaders();
    ActiveCluster to =
        by == null || by.clusterName() == null ? null : router.cluster(by.clusterName());
    ForwardAction action = forward;
    if (to == null || headers == null || by == null || action == null) {
      cleanUp();
      noHealthyUpstream();
      return;
    }
    streamInfo().setAttemptCount(attempts);
    Host host = to.choose(this);
    if (host == null) {
      cleanUp();
      noHealthyUpstream();
      return;
    }
    if (by.entry().virtualHost().settings().attemptCountInRequest()) {
      headers.set(HeaderName.X_ENVOY_ATTEMPT_COUNT, attempts);
    }
    if (timeoutRetry && by.entry().virtualHost().settings().isTimeoutRetryHeader()) {
      headers.set(EnvoyHeaders.IS_TIMEOUT_RETRY, "true");
    }
    timeoutRetry = false;
    if (requestCompleteNanos >= 0) {
      tellTimeout(headers, action, (worker.nanoTime() - requestCompleteNanos) / NANOS_PER_MILLI);
    }
    tryAgain(to, host);
  }

  private void tryAgain(ActiveCluster to, Host host) {
    Buffer body = callbacks.decodingBuffer();
    HeaderMap trailers = callbacks.requestTrailers();
    boolean hasBody = body != null && body.length() > 0;
    int before = requests.size();
    begin(to, host, requestEnd && !hasBody && trailers == null);
    if (requests.size() == before || !hasBody && trailers == null) {
      return;
    }
    UpstreamRequest request = requests.getLast();
    if (body instanceof NettyBuffer held && hasBody) {
      var copy = (NettyBuffer) worker.newBuffer();
      held.shareWith(copy);
      request.sendData(copy, requestEnd && trailers == null);
      copy.release();
    }
    if (trailers != null && requestEnd) {
      request.sendTrailers(trailers);
    }
  }

  private boolean othersAwaitingHeaders(UpstreamRequest from) {
    for (UpstreamRequest request : requests) {
      if (request != from && request.awaitingHeaders()) {
        return true;
      }
    }
    return false;
  }

  private void abandonOthers(UpstreamRequest from) {
    if (requests.size() > 1) {
      for (UpstreamRequest request : List.copyOf(requests)) {
        if (request != from) {
          requests.remove(request);
          request.abandon();
        }
      }
    }
    pendingRetries = 0;
    closeRetry();
  }

  private void closeRetry() {
    if (retry != null) {
      retry.close();
      retry = null;
    }
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

  /** Whether the whole request is at hand, and nothing of a response has gone out. */
  boolean canStartOver() {
    return requestEnd && !bodyAbandoned && !responseStarted;
  }

  // ---- the end

  /** Stops timers and retries. */
  private void cleanUp() {
    if (responseTimer != null) {
      responseTimer.cancel();
    }
    pendingRetries = 0;
    closeRetry();
  }

  @Override
  public void onDestroy() {
    for (UpstreamRequest request : List.copyOf(requests)) {
      requests.remove(request);
      request.abandon();
    }
    cleanUp();
    mirrors = null;
    if (watching) {
      watching = false;
      callbacks.removeDownstreamWatermarkCallbacks(this);
    }
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
    downstreamAbove++;
    for (UpstreamRequest request : requests) {
      request.onDownstreamAboveWatermark();
    }
  }

  @Override
  public void onBelowWriteBufferLowWatermark() {
    downstreamAbove--;
    for (UpstreamRequest request : List.copyOf(requests)) {
      request.onDownstreamBelowWatermark();
    }
  }

  // ---- what a balancer may know

  @Override
  public @Nullable String overrideHost() {
    OverrideHost wanted = callbacks.upstreamOverrideHost();
    return wanted == null ? null : wanted.address();
  }

  @Override
  public boolean overrideHostStrict() {
    OverrideHost wanted = callbacks.upstreamOverrideHost();
    return wanted != null && wanted.strict();
  }

  @Override
  public @Nullable Long hashKey() {
    HeaderMap headers = requestHeaders();
    if (!hashComputed && forward != null && headers != null) {
      hashComputed = true;
      hash = forward.hashPolicy().hash(headers, streamInfo(), this::addSetCookie);
    }
    return hash;
  }

  private void addSetCookie(String cookie) {
    if (setCookies == null) {
      setCookies = new ArrayList<>(1);
    }
    setCookies.add(cookie);
  }

  @Override
  public Value.@Nullable MapValue subsetCriteria() {
    Value.MapValue own = route == null ? null : route.subset();
    Value.MapValue dynamic = streamInfo().dynamicMetadata().get("envoy.lb");
    return own == null || dynamic == null ? (own == null ? dynamic : own) : own.merge(dynamic);
  }

  @Override
  public ConnectionInfo downstream() {
    return streamInfo().connection();
  }

  @Override
  public @Nullable SocketAddress originalDestination() {
    ConnectionInfo connection = streamInfo().connection();
    SocketAddress local = connection.localAddress();
    return local.equals(connection.directLocalAddress()) ? null : local;
  }

  @Override
  public int attempt() {
    return attempts;
  }

  @Override
  public boolean shouldSelectAnotherHost(Host host) {
    return memory != null && memory.avoids(host);
  }

  @Override
  public int hostSelectionRetryCount() {
    return memory == null ? 0 : memory.hostAttempts();
  }

  @Override
  public PriorityLoad priorityLoad(HostSets hosts) {
    return memory == null ? hosts.load() : memory.priorityLoad(hosts);
  }
}
