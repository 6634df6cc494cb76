package io.weir.proxy.http;

import io.weir.filter.Protocol;
import io.weir.filter.ResponseFlag;
import io.weir.filter.StreamInfo;
import io.weir.filter.StreamInfo.TimePoint;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HeaderStorage;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.OverrideHost;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.http.StreamResetReason;
import io.weir.filter.log.AccessLogger;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.cluster.WorkerCluster;
import io.weir.proxy.cluster.WorkerClusters;
import io.weir.proxy.http.codec.CodecError;
import io.weir.proxy.http.codec.RequestDecoder;
import io.weir.proxy.http.codec.ResponseEncoder;
import io.weir.proxy.http.codec.StreamCallbacks;
import io.weir.proxy.overload.LoadShedPoint;
import io.weir.proxy.overload.OverloadAction;
import io.weir.proxy.route.Route;
import io.weir.proxy.route.RouteTable;
import io.weir.proxy.tracing.Span;
import io.weir.proxy.tracing.TraceReason;
import io.weir.proxy.tracing.Tracing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: between the codec on one side and the filter manager on the other.
 * Checks and completes headers both ways, resolves the route, builds the filter chain, keeps the
 * stream's times. Owned by the connection's worker; ends when the response is complete or the
 * stream was reset.
 */
final class ActiveStream implements RequestDecoder, StreamCallbacks, StreamHost {
  private static final HeaderMap NO_HEADERS = new HeaderMap(0, 0);
  private static final LocalReply OVERLOADED = LocalReply.of(503, "envoy overloaded", "overload");
  private static final LocalReply OVERLOADED_TOLD =
      new LocalReply(
          503,
          OVERLOADED.body(),
          headers -> headers.set("x-envoy-local-overloaded", "true"),
          null,
          OVERLOADED.details());
  private static final long NANOS_PER_MILLI = 1_000_000L;

  // The connection's list of streams.
  @Nullable ActiveStream next;
  @Nullable ActiveStream previous;

  private final HttpConnectionManager connection;
  private final HcmWorker hcm;
  private final Worker worker;
  private final ResponseEncoder encoder;
  private final HttpStreamInfo info;
  private final FilterManager filters = new FilterManager(this);
  private @Nullable RouteTable routes;
  private final long id;
  private final long random;
  private @Nullable Route route;
  private @Nullable Route chainRoute;
  private boolean routeResolved;
  private boolean routeCleared;
  private @Nullable OverrideHost overrideHost;
  private @Nullable Span span;
  private boolean chainBuilt;
  private boolean requestComplete;
  private boolean clientCloses;
  private boolean headRequest;
  private boolean grpcRequest;
  private boolean upgrade;
  private boolean connect;
  private boolean upgradeAccepted;
  private boolean done;

  /** Known to the access log, but not to the reply that says so. */
  private boolean codecFailed;

  private boolean wasReset;

  /** Another stream takes over the headers. */
  private boolean goesOn;

  private int slowed;
  private final StreamDeadlines deadlines;
  private final boolean startedOver;

  /**
   * @param before the stream that starts over as this one; null for a new request
   */
  ActiveStream(
      HttpConnectionManager connection,
      ResponseEncoder encoder,
      Protocol protocol,
      @Nullable ActiveStream before) {
    this.connection = connection;
    this.hcm = connection.hcm;
    this.worker = hcm.worker;
    this.encoder = encoder;
    this.routes = hcm.config.routes().current(worker);
    this.random = worker.random().nextLong();
    this.id = random;
    long now = worker.nanoTime();
    this.info =
        before != null
            ? new HttpStreamInfo(before.info, hcm.times)
            : new HttpStreamInfo(
                protocol, connection.callbacks.connection(), worker.wallNanos(), now, hcm.times);
    this.info.setWire(encoder.stream().wireBytes());
    this.startedOver = before != null;
    this.deadlines = new StreamDeadlines(hcm, info.startNanos(), now);
  }

  /** The stream is in the connection's list. */
  void start() {
    encoder.stream().addCallbacks(this);
    connection.watch(deadline());
    filters.setBufferLimit(encoder.stream().bufferLimit());
  }

  // ---- the request arrives

  @Override
  public void decodeHeaders(HeaderMap headers, boolean endStream) {
    filters.setRequestHeaders(headers);
    info.setRequestHeaders(headers);
    noteRequest(headers);
    if (endStream) {
      onRequestComplete();
    }
    if (hcm.overload.active() && refusedForLoad()) {
      return;
    }
    if (!hcm.config.proxyInformational()) {
      answerExpectation(headers);
    }
    if (!startedOver
        && hcm.config.forwarding().refusesSchemeInPlaintext()
        && info.protocol() != Protocol.HTTP_2
        && !connection.callbacks.connection().secure()
        && headers.valueEquals(HeaderName.SCHEME, "https")) {
      CodecError error = CodecError.HTTPS_IN_PLAINTEXT;
      sendCodecError(error.code(), error.body(), error.details());
      return;
    }
    LocalReply refusal = RequestChecks.refusal(hcm, headers, connect, grpcRequest);
    if (refusal != null) {
      filters.sendLocalReply(refusal);
      return;
    }
    hcm.config.hosts().apply(headers, localPort(), connect);
    if (hcm.config.routes().scoped() != null) {
      routes = hcm.config.routes().scoped().current(headers, worker);
    }
    if (!startedOver) {
      ForwardingOptions forwarding = hcm.config.forwarding();
      forwarding.earlyMutations().apply(headers, info);
      if (!forwarding.detectors().isEmpty()) {
        int code = hcm.sanitizer.refusal(headers, connection.callbacks.connection());
        if (code != 0) {
          hcm.stats.rqRejectedViaIpDetection.inc();
          filters.sendLocalReply(LocalReply.of(code, "", "rejecting_because_detection_failed"));
          return;
        }
      }
      noteClient(headers);
    }
    if (hcm.config.forwarding().schemeOfUpstream()) {
      info.setSchemeMatchesUpstream();
    }
    resolveRoute();
    if (hcm.tracing != null && !startedOver) {
      trace(hcm.tracing, headers);
    }
    if (!buildChain()) {
      return;
    }
    if (hcm.config.accessLogOptions().onNewRequest()) {
      noteCluster();
      log(AccessLogType.DownstreamStart);
    }
    if (upgrade && !upgradeAccepted && !(connect && route == null)) {
      hcm.stats.rqUpgradeRejected.inc();
      connection.closeWhenIdle();
      filters.sendLocalReply(LocalReply.of(403, "", "upgrade_failed"));
      return;
    }
    if (hcm.overload.sheds(LoadShedPoint.HTTP_DOWNSTREAM_FILTER_CHECK)) {
      hcm.stats.rqOverloadLocalReply.inc();
      filters.sendLocalReply(OVERLOADED);
      return;
    }
    filters.decodeHeaders(headers, endStream);
  }

  /** Decides whether the request is traced, and begins its span. */
  private void trace(Tracing tracing, HeaderMap headers) {
    RouteConfig own = route == null ? null : route.tracing();
    TraceReason reason = tracing.decide(headers, own);
    hcm.tracingStats.charge(reason);
    String operation = route == null ? "" : route.decoratorOperation();
    Span started = tracing.start(headers, reason, operation, own, info.startWallNanos());
    span = started;
    info.setSpan(started);
  }

  /** Under load a request is refused before anything is made for it. */
  private boolean refusedForLoad() {
    if (!hcm.overload.sheds(LoadShedPoint.HTTP_CONNECTION_MANAGER_DECODE_HEADERS)
        && !hcm.overload.concerns(OverloadAction.STOP_ACCEPTING_REQUESTS)) {
      return false;
    }
    chainBuilt = true;
    hcm.stats.rqOverloadClose.inc();
    filters.sendLocalReply(hcm.config.overload().tellsClient() ? OVERLOADED_TOLD : OVERLOADED);
    return true;
  }

  /** The bytes that wait in the stream, in either direction. */
  long heldBytes() {
    return filters.heldBytes() + encoder.stream().heldBytes();
  }

  /** Ends the stream for the memory that it holds. */
  void resetForMemory() {
    if (connection.codec().protocol() == Protocol.HTTP_2) {
      info.setResponseFlag(ResponseFlag.OVERLOAD_MANAGER);
      resetStream(StreamResetReason.OVERLOAD_MANAGER, "overload_manager");
    } else {
      connection.closeForMemory();
    }
  }

  /** The router would do it, but not before the first line is written. */
  private void noteCluster() {
    String name = route == null ? null : route.clusterName();
    if (name != null && worker.clusters() instanceof WorkerClusters clusters) {
      WorkerCluster cluster = clusters.find(name);
      if (cluster != null) {
        info.setUpstreamCluster(name, cluster.metadata());
      }
    }
  }

  /** Forwarding headers: taken over or cleaned, and the client's address found in them. */
  private void noteClient(HeaderMap headers) {
    InetAddress client =
        hcm.sanitizer.apply(
            headers,
            connection.callbacks.connection(),
            worker,
            upgrade,
            routes == null ? List.of() : routes.internalOnlyHeaders());
    if (client != null) {
      info.setConnection(
          new StreamConnection(
              connection.callbacks.connection(), new InetSocketAddress(client, 0)));
    }
  }

  private void noteRequest(HeaderMap headers) {
    headRequest = headers.valueEquals(HeaderName.METHOD, "HEAD");
    grpcRequest = GrpcReplies.request(headers);
    connect = headers.valueEquals(HeaderName.METHOD, "CONNECT");
    upgrade = KeepAlive.upgrade(headers);
    if (KeepAlive.mustClose(info.protocol(), headers)) {
      clientCloses = true;
      connection.closeWhenIdle();
    }
  }

  /** Whether the stream was reset, by either side, before there was a response. */
  boolean wasReset() {
    return wasReset;
  }

  long startNanos() {
    return info.startNanos();
  }

  boolean clientCloses() {
    return clientCloses;
  }

  boolean requestComplete() {
    return requestComplete;
  }

  private void onRequestComplete() {
    requestComplete = true;
    deadlines.requestComplete();
    info.markTime(TimePoint.DOWNSTREAM_RX_END, worker.nanoTime());
  }

  /** Answers {@code Expect: 100-continue} in the upstream's place. */
  private void answerExpectation(HeaderMap headers) {
    int expect = headers.find(HeaderName.EXPECT);
    if (expect >= 0 && headers.valueEqualsIgnoreCase(expect, "100-continue")) {
      var informational = new HeaderMap(32, 2);
      informational.add(HeaderName.STATUS, "100");
      encoder.encode1xxHeaders(informational);
      headers.remove(HeaderName.EXPECT);
    }
  }

  private int localPort() {
    return connection.callbacks.connection().localAddress() instanceof InetSocketAddress local
        ? local.getPort()
        : 0;
  }

  @Override
  public void decodeData(Buffer data, boolean endStream) {
    if (done) {
      return;
    }
    deadlines.active(worker.nanoTime());
    info.addBytesReceived(data.length());
    if (endStream) {
      onRequestComplete();
    }
    filters.decodeData(data, endStream);
  }

  @Override
  public void decodeTrailers(HeaderMap trailers) {
    if (done) {
      return;
    }
    deadlines.active(worker.nanoTime());
    onRequestComplete();
    filters.decodeTrailers(trailers);
  }

  @Override
  public void sendCodecError(int code, String body, String details) {
    if (done) {
      return;
    }
    if (code == 431) {
      hcm.stats.rqTooLarge.inc();
    }
    codecFailed = code != 408;
    connection.closeWhenIdle();
    filters.sendLocalReply(LocalReply.of(code, body, details));
  }

  // ---- route and chain

  private void resolveRoute() {
    routeResolved = true;
    HeaderMap headers = filters.requestHeaders();
    route = routes == null || headers == null ? null : routes.route(headers, info, random);
    info.setRoute(route);
    if (route == null && routes != null && headers != null) {
      info.setVirtualHostMetadata(routes.virtualHostMetadata(headers));
    }
    if (route != null) {
      applyRouteTimes(route);
    }
  }

  private void applyRouteTimes(Route of) {
    long limit = of.requestBodyBufferLimit();
    if (limit >= 0) {
      filters.setBufferLimit(limit);
    }
    deadlines.apply(of, filters.requestHeaders(), info.startNanos());
    if (grpcRequest && of.governsStreamDuration()) {
      deadlines.tellUpstream(filters.requestHeaders(), info.startNanos());
    }
    if (deadlines.expired(info.startNanos())) {
      // The client gave no time at all: nothing that arrives meanwhile may count.
      worker.execute(() -> onTime(worker.nanoTime()));
    }
    connection.watch(deadline());
  }

  @Override
  public @Nullable Route route() {
    if (!routeResolved) {
      resolveRoute();
    }
    return route;
  }

  @Override
  public void clearRouteCache() {
    routeResolved = false;
    routeCleared = true;
  }

  @Override
  public boolean admit() {
    if (!routeCleared || hcm.config.guard().holds(filters, chainRoute, route())) {
      return true;
    }
    filters.sendLocalReply(LocalReply.of(403, "", "route_changed_after_authorization"));
    return false;
  }

  @Override
  public @Nullable OverrideHost overrideHost() {
    return overrideHost;
  }

  @Override
  public void setOverrideHost(OverrideHost host) {
    overrideHost = host;
  }

  @Override
  public void ensureChain() {
    if (!chainBuilt) {
      if (!routeResolved && filters.requestHeaders() != null) {
        resolveRoute();
      }
      buildChain();
    }
  }

  /**
   * @return false when a filter's configuration is missing and the request was answered
   */
  private boolean buildChain() {
    if (chainBuilt) {
      return true;
    }
    chainBuilt = true;
    chainRoute = route;
    var chain = hcm.config.filters();
    if (upgrade) {
      var accepted = Upgrades.accepted(hcm.config, filters.requestHeaders(), route);
      if (accepted != null) {
        upgradeAccepted = true;
        chain = accepted;
      }
    }
    if (FilterChains.build(filters, chain, worker, route)) {
      return true;
    }
    info.setResponseFlag(ResponseFlag.NO_FILTER_CONFIG_FOUND);
    filters.sendLocalReply(LocalReply.of(500, "", "filter_chain_not_found"));
    return false;
  }

  // ---- the response leaves

  @Override
  public void encode1xxHeaders(HeaderMap headers) {
    deadlines.active(worker.nanoTime());
    encoder.encode1xxHeaders(headers);
  }

  @Override
  public boolean proxyInformational() {
    return hcm.config.proxyInformational();
  }

  @Override
  public void encodeHeaders(HeaderMap headers, boolean endStream) {
    long now = worker.nanoTime();
    deadlines.active(now);
    int statusEntry = headers.find(HeaderName.STATUS);
    int status = statusEntry < 0 ? 0 : (int) headers.valueAsLong(statusEntry);
    info.setResponseCode(status);
    hcm.responses.complete(headers, filters.requestHeaders(), upgrade && status == 101);
    // An upgrade that was answered 200 was not understood: what follows could be anything.
    boolean ends = endStream || upgrade && status == 200 && !connect;
    if (!ends
        && info.protocol() == Protocol.HTTP_10
        && !headers.contains(HeaderName.CONTENT_LENGTH)) {
      // Only the connection's end tells the end of this body.
      connection.closeWhenIdle();
    }
    decideConnection(headers, status);
    hcm.stats.chargeResponse(status);
    info.markTime(TimePoint.DOWNSTREAM_TX_BEGIN, now);
    if (ends && !endStream) {
      headers.remove(HeaderName.CONTENT_LENGTH);
    }
    encoder.encodeHeaders(headers, ends);
    if (upgradeAccepted
        && hcm.config.accessLogOptions().onTunnelEstablished()
        && (status == 101 || connect && status / 100 == 2)) {
      log(AccessLogType.DownstreamTunnelSuccessfullyEstablished);
    }
    if (ends) {
      onResponseComplete();
    }
  }

  /** Whether the connection can go on after this response; says so to an HTTP/1 client. */
  private void decideConnection(HeaderMap headers, int status) {
    connection.checkDrain();
    if (info.drainConnection()) {
      connection.drainRequested();
    }
    boolean upgraded = upgrade && (status == 101 || connect && status / 100 == 2);
    if (!requestComplete) {
      if (!upgraded) {
        hcm.stats.rqResponseBeforeRequestComplete.inc();
      }
      connection.closeWhenIdle();
    }
    if (upgraded) {
      return;
    }
    if (connection.ending()) {
      connection.closeWhenIdle();
      headers.set(HeaderName.CONNECTION, "close");
    } else if (info.protocol() == Protocol.HTTP_10) {
      headers.set(HeaderName.CONNECTION, "keep-alive");
    }
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    deadlines.active(worker.nanoTime());
    info.addBytesSent(data.length());
    encoder.encodeData(data, endStream);
    if (endStream) {
      onResponseComplete();
    }
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    deadlines.active(worker.nanoTime());
    encoder.encodeTrailers(trailers);
    onResponseComplete();
  }

  private void onResponseComplete() {
    if (done) {
      return;
    }
    long now = worker.nanoTime();
    info.markTime(TimePoint.DOWNSTREAM_TX_END, now);
    hcm.stats.rqTime.record((now - info.startNanos()) / NANOS_PER_MILLI);
    finish();
  }

  // ---- local replies

  @Override
  public PreparedReply prepare(LocalReply reply) {
    if (reply.code() == 400) {
      connection.closeWhenIdle();
    }
    return hcm.replies.make(reply, filters.requestHeaders(), route, info, grpcRequest, headRequest);
  }

  // ---- the stream breaks

  @Override
  public void onResetStream(StreamResetReason reason, String transportFailure) {
    if (done) {
      return;
    }
    hcm.stats.rqRxReset.inc();
    wasReset = info.responseCode() == 0;
    if (!transportFailure.isEmpty()) {
      info.setResponseCodeDetails(transportFailure);
    }
    switch (reason) {
      case PROTOCOL_ERROR -> info.setResponseFlag(ResponseFlag.DOWNSTREAM_PROTOCOL_ERROR);
      case REMOTE_RESET, REMOTE_REFUSED_STREAM_RESET, CONNECT_ERROR ->
          info.setResponseFlag(ResponseFlag.DOWNSTREAM_REMOTE_RESET);
      default -> {}
    }
    finish();
  }

  /** The connection is gone or is given up. */
  void onConnectionLost(ResponseFlag flag, String details) {
    info.setResponseFlag(flag);
    info.setResponseCodeDetails(FilterManager.details(details));
    finish();
  }

  @Override
  public void resetStream(StreamResetReason reason, String details) {
    if (done) {
      return;
    }
    hcm.stats.rqTxReset.inc();
    if (!details.isEmpty()) {
      info.setResponseCodeDetails(FilterManager.details(details));
    }
    encoder.stream().removeCallbacks(this);
    encoder.stream().resetStream(reason);
    finish();
  }

  /** Ends the stream: filters and loggers are told in this order, then it is forgotten. */
  private void finish() {
    if (done) {
      return;
    }
    done = true;
    filters.end();
    encoder.stream().removeCallbacks(this);
    for (; slowed > 0; slowed--) {
      // Who slowed the sender down will not come back to it.
      encoder.stream().readDisable(false);
    }
    info.markEnd(worker.nanoTime());
    if (codecFailed) {
      info.setResponseFlag(ResponseFlag.DOWNSTREAM_PROTOCOL_ERROR);
    }
    filters.completeFilters();
    if (hcm.tracing != null && span != null) {
      hcm.tracing.finish(
          span,
          filters.requestHeaders(),
          filters.responseHeaders(),
          filters.responseTrailers(),
          info);
    }
    log(AccessLogType.DownstreamEnd);
    filters.destroyFilters();
    info.releaseTimes(hcm.times);
    if (!goesOn) {
      filters.releaseHeaders(worker.local(HeaderStorage.LOCAL));
    }
    connection.removeStream(this);
  }

  private void log(AccessLogType type) {
    AccessLogger[] loggers = hcm.accessLogs;
    if (loggers.length == 0) {
      return;
    }
    HeaderMap request = filters.requestHeaders();
    HeaderMap response = filters.responseHeaders();
    HeaderMap trailers = filters.responseTrailers();
    for (AccessLogger logger : loggers) {
      logger.log(
          request == null ? NO_HEADERS : request,
          response == null ? NO_HEADERS : response,
          trailers == null ? NO_HEADERS : trailers,
          info,
          type);
    }
  }

  // ---- time

  /** When {@link #onTime} must be called next. */
  long deadline() {
    return deadlines.next();
  }

  void onTime(long now) {
    if (done) {
      return;
    }
    switch (deadlines.expire(now)) {
      case DURATION -> {
        hcm.stats.rqMaxDurationReached.inc();
        filters.sendLocalReply(
            new LocalReply(
                requestComplete ? 504 : 408,
                "downstream duration timeout".getBytes(StandardCharsets.US_ASCII),
                null,
                GrpcReplies.DEADLINE_EXCEEDED,
                "max_duration_timeout"));
      }
      case REQUEST -> {
        hcm.stats.rqTimeout.inc();
        filters.sendLocalReply(LocalReply.of(408, "request timeout", "request_overall_timeout"));
      }
      case IDLE -> {
        hcm.stats.rqIdleTimeout.inc();
        info.setResponseFlag(ResponseFlag.STREAM_IDLE_TIMEOUT);
        timedOut("stream timeout", "stream_idle_timeout");
      }
      case NOTHING -> {}
    }
    if (!done && deadlines.flushDue(now)) {
      log(AccessLogType.DownstreamPeriodic);
    }
  }

  private void timedOut(String body, String details) {
    filters.sendLocalReply(LocalReply.of(requestComplete ? 504 : 408, body, details));
  }

  // ---- watermarks

  @Override
  public void onAboveWriteBufferHighWatermark() {
    filters.downstreamAboveHighWatermark();
  }

  @Override
  public void onBelowWriteBufferLowWatermark() {
    filters.downstreamBelowLowWatermark();
  }

  @Override
  public void slowRequest(boolean slow) {
    if (!done) {
      slowed += slow ? 1 : -1;
      encoder.stream().readDisable(slow);
    }
  }

  @Override
  public void slowResponse(boolean slow) {
    if (slow) {
      filters.downstreamAboveHighWatermark();
    } else {
      filters.downstreamBelowLowWatermark();
    }
  }

  // ---- for filters

  @Override
  public Worker worker() {
    return worker;
  }

  @Override
  public StreamInfo streamInfo() {
    return info;
  }

  @Override
  public long streamId() {
    return id;
  }

  @Override
  public boolean upstream() {
    return false;
  }

  @Override
  public void drainConnectionOnCompletion() {
    info.setDrainConnection();
  }

  @Override
  public boolean recreateStream(@Nullable HeaderMap response) {
    HeaderMap headers = filters.requestHeaders();
    if (done || !requestComplete || headers == null || filters.responseHeaders() != null) {
      return false;
    }
    info.setResponseCodeDetails("internal_redirect");
    if (response != null) {
      int status = response.find(HeaderName.STATUS);
      info.setResponseCode(status < 0 ? 0 : (int) response.valueAsLong(status));
      hcm.stats.chargeResponse(info.responseCode());
      filters.noteResponse(response);
    }
    NettyBuffer body = filters.takeRequestBody();
    HeaderMap trailers = filters.requestTrailers();
    ActiveStream next = connection.startOver(this, encoder);
    goesOn = true;
    finish();
    next.decodeHeaders(headers, body == null && trailers == null);
    if (body != null) {
      next.decodeData(body, trailers == null);
      body.release();
    }
    if (trailers != null) {
      next.decodeTrailers(trailers);
    }
    return true;
  }
}
