package io.weir.proxy.router;

import io.weir.filter.ResponseFlag;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostMonitor;
import io.weir.proxy.cluster.HostStats.Kind;
import io.weir.proxy.pool.HttpPool;
import io.weir.proxy.upstream.ActiveCluster;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tries of one request: begins them, repeats those that failed, doubles those that take long.
 * Which of them answers is the router's to say. Belongs to one router filter.
 */
final class Tries {
  private final RouterFilter router;
  private final ActiveCluster cluster;
  private final ResolvedRoute route;
  private final ForwardAction forward;
  private final UpstreamCharges charges;
  private final HostChoice choice;
  private final TimeoutSettings timeouts;
  private final boolean hedging;

  /** Those under way; never changed in place, as nearly always it is one. */
  private List<UpstreamRequest> requests = List.of();

  private @Nullable RetryState retry;
  private int attempts = 1;
  private int pendingRetries;
  private int downstreamAbove;
  private boolean requestStarted;
  private boolean timeoutRetry;

  Tries(
      RouterFilter router,
      ActiveCluster cluster,
      ResolvedRoute route,
      ForwardAction forward,
      UpstreamCharges charges,
      TimeoutSettings timeouts,
      boolean hedging) {
    this.router = router;
    this.cluster = cluster;
    this.route = route;
    this.forward = forward;
    this.charges = charges;
    this.timeouts = timeouts;
    this.hedging = hedging;
    this.choice = new HostChoice(router.callbacks(), route, forward);
  }

  /** Reads what the route and the request's headers say of retries. */
  void readRetries(RetryPolicy policy, HeaderMap headers) {
    if (forward.retry() != null
        || headers.contains(HeaderName.X_ENVOY_RETRY_ON)
        || headers.contains(EnvoyHeaders.RETRY_GRPC_ON)) {
      retry =
          new RetryState(
              policy,
              headers,
              cluster,
              charges.virtualCluster(),
              worker(),
              forward.highPriority(),
              this::retryNow);
    }
    EnvoyHeaders.removeRetryHeaders(headers);
  }

  HostChoice choice() {
    return choice;
  }

  /** Notes what the tries under way have on the wire, before the stream is logged. */
  void noteBytes() {
    for (int i = 0; i < requests.size(); i++) {
      requests.get(i).noteBytes();
    }
  }

  int attempts() {
    return attempts;
  }

  private Worker worker() {
    return router.worker();
  }

  private HttpFilterCallbacks callbacks() {
    return router.callbacks();
  }

  private StreamInfo streamInfo() {
    return router.streamInfo();
  }

  boolean none() {
    return requests.isEmpty();
  }

  /** Whether nothing runs and nothing will. */
  boolean over() {
    return requests.isEmpty() && pendingRetries == 0;
  }

  /** The try that is sent the request as it comes; null while a retry waits. */
  @Nullable UpstreamRequest first() {
    return requests.isEmpty() ? null : requests.getFirst();
  }

  // ---- the first try, and further ones

  /** The cluster that the first try is for. */
  ActiveCluster cluster() {
    return cluster;
  }

  /** The connections to a host; null when there are too many pools. */
  @Nullable HttpPool pool(ActiveCluster to, Host host) {
    StreamInfo info = streamInfo();
    HeaderMap headers = router.requestHeaders();
    ForwardAction.Upgrade connect = forward.upgrades().get("connect");
    if (connect != null && headers != null && connect.terminates(headers)) {
      return to.rawPool(host, forward.highPriority(), info.connection());
    }
    return to.pool(host, forward.highPriority(), info.connection(), info.protocol(), headers);
  }

  void begin(ActiveCluster to, HttpPool pool, Host host, boolean endStream) {
    var request = new UpstreamRequest(router, this, host, timeouts, router.grpc());
    for (int i = 0; i < downstreamAbove; i++) {
      request.onDownstreamAboveWatermark();
    }
    requests = with(request);
    request.start(pool, router.filtersOf(to), endStream);
  }

  private void retryNow() {
    pendingRetries--;
    attempts++;
    choice.setAttempt(attempts);
    HeaderMap headers = callbacks().requestHeaders();
    ActiveCluster present = router.present(cluster);
    Host host = headers == null || present == null ? null : present.choose(choice);
    HttpPool pool = present == null || host == null ? null : pool(present, host);
    streamInfo().setAttemptCount(attempts);
    if (headers == null || present == null || host == null || pool == null) {
      router.cleanUp();
      router.noHealthyUpstream();
      return;
    }
    VirtualHost.Settings settings = route.entry().virtualHost().settings();
    if (settings.attemptCountInRequest()) {
      headers.set(HeaderName.X_ENVOY_ATTEMPT_COUNT, attempts);
    }
    if (timeoutRetry && settings.isTimeoutRetryHeader()) {
      headers.set(EnvoyHeaders.IS_TIMEOUT_RETRY, "true");
    }
    timeoutRetry = false;
    router.tellRemainingTimeout(headers);
    tryAgain(present, pool, host);
  }

  private void tryAgain(ActiveCluster to, HttpPool pool, Host host) {
    Buffer body = callbacks().decodingBuffer();
    HeaderMap trailers = callbacks().requestTrailers();
    boolean complete = router.requestComplete();
    boolean hasBody = body != null && body.length() > 0;
    int before = requests.size();
    begin(to, pool, host, complete && !hasBody && trailers == null);
    if (requests.size() == before || !hasBody && trailers == null) {
      return;
    }
    UpstreamRequest request = requests.getLast();
    if (body instanceof NettyBuffer held && hasBody) {
      var copy = (NettyBuffer) worker().newBuffer();
      held.shareWith(copy);
      request.sendData(copy, complete && trailers == null);
      copy.release();
    }
    if (trailers != null && complete) {
      request.sendTrailers(trailers);
    }
  }

  /** The request is complete: from now on each try has its time. */
  void onRequestComplete() {
    // Timers are armed, nothing else happens here.
    for (int i = 0; i < requests.size(); i++) {
      requests.get(i).onRequestComplete();
    }
  }

  // ---- response headers

  /** What becomes of a try whose headers have come. */
  enum Verdict {
    /** They are the answer, unless a redirect is followed. */
    ACCEPT,
    /** They are an answer for want of a better one: another try may still give one. */
    LAST_RESORT,
    /** Another try is made instead. */
    RETRY
  }

  Verdict onHeaders(UpstreamRequest from, HeaderMap headers, int status) {
    if (retry == null) {
      return Verdict.ACCEPT;
    }
    if (from.retried) {
      return retry.wouldRetry(headers) ? Verdict.LAST_RESORT : Verdict.ACCEPT;
    }
    RetryState.Outcome outcome = retry.onHeaders(headers);
    if (outcome != RetryState.Outcome.YES) {
      return noteRefusedRetry(outcome) ? Verdict.LAST_RESORT : Verdict.ACCEPT;
    }
    pendingRetries++;
    count(from.host(), Kind.RQ_ERROR);
    charges.retried(status);
    choice.tried(from.host(), retry.policy());
    drop(from);
    return Verdict.RETRY;
  }

  /** Drops a try that failed when others may still answer; false when there are none. */
  boolean leaveToOthers(UpstreamRequest from) {
    if (!othersAwaitingHeaders(from) && pendingRetries == 0) {
      return false;
    }
    count(from.host(), Kind.RQ_ERROR);
    drop(from);
    return true;
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

  private boolean othersAwaitingHeaders(UpstreamRequest from) {
    for (int i = 0; i < requests.size(); i++) {
      UpstreamRequest request = requests.get(i);
      if (request != from && request.awaitingHeaders()) {
        return true;
      }
    }
    return false;
  }

  /** One try answers: no other is wanted any more. */
  void abandonOthers(UpstreamRequest from) {
    if (requests.size() > 1) {
      for (UpstreamRequest request : requests) {
        if (request != from) {
          drop(request);
        }
      }
    }
    endRetries();
  }

  /** Whether the body must be kept for a retry. */
  boolean keepBody() {
    return retry != null && retry.enabled();
  }

  /** No retry waits and none will be made. */
  void endRetries() {
    pendingRetries = 0;
    if (retry != null) {
      retry.close();
      retry = null;
    }
  }

  private List<UpstreamRequest> with(UpstreamRequest request) {
    if (requests.isEmpty()) {
      return List.of(request);
    }
    var more = new ArrayList<>(requests);
    more.add(request);
    return List.copyOf(more);
  }

  private void remove(UpstreamRequest request) {
    if (requests.size() == 1 && requests.getFirst() == request) {
      requests = List.of();
    } else {
      var others = new ArrayList<>(requests);
      others.remove(request);
      requests = List.copyOf(others);
    }
  }

  void drop(UpstreamRequest request) {
    remove(request);
    request.abandon();
  }

  void dropAll() {
    while (!requests.isEmpty()) {
      drop(requests.getFirst());
    }
  }

  // ---- failure

  void onReset(UpstreamRequest from, StreamResetReason reason, String transportFailure) {
    boolean dropped = reason == StreamResetReason.OVERFLOW;
    requestStarted |= from.started();
    if (!dropped) {
      UpstreamCharges.unanswered(from, worker());
      // A reset over the wire, too: Envoy tells them apart no further.
      UpstreamCharges.outlier(from.host(), HostMonitor.Result.LOCAL_CONNECT_FAILED, 503);
    }
    if (retryReset(from, reason, false)) {
      return;
    }
    int code = UpstreamFailure.code(reason);
    chargeAbort(code, from);
    remove(from);
    if (othersAwaitingHeaders(from) || pendingRetries > 0) {
      return;
    }
    router.abort(
        code,
        UpstreamFailure.flag(reason),
        UpstreamFailure.body(reason, attempts),
        dropped,
        UpstreamFailure.details(reason, transportFailure, router.responseStarted()));
  }

  /** Retries after a reset or a timeout; true when a retry is under way. */
  private boolean retryReset(UpstreamRequest from, StreamResetReason reason, boolean timeout) {
    if (router.responseStarted() || retry == null || from.retried) {
      return false;
    }
    RetryState.Outcome outcome = retry.onReset(reason, requestStarted);
    if (outcome != RetryState.Outcome.YES) {
      noteRefusedRetry(outcome);
      return false;
    }
    pendingRetries++;
    timeoutRetry = timeout;
    count(from.host(), Kind.RQ_ERROR);
    choice.tried(from.host(), retry.policy());
    remove(from);
    return true;
  }

  private void chargeAbort(int code, UpstreamRequest from) {
    if (router.responseStarted()) {
      if (from.grpcOutcomeDeferred) {
        count(from.host(), Kind.RQ_ERROR);
      }
      router.stats().resetAfterResponseStarted().inc();
      return;
    }
    charges.code(code, from.host(), false);
    if (code / 100 != 5) {
      count(from.host(), Kind.RQ_ERROR);
    }
  }

  void count(Host host, Kind kind) {
    host.stats().inc(worker().index(), kind);
  }

  // ---- time

  /** A try has its connection. */
  void onBegun() {
    VirtualClusterStats virtual = charges.virtualCluster();
    if (virtual != null) {
      virtual.total.inc();
    }
  }

  /** The route's time is over, for all tries. */
  void onResponseTimeout(int code) {
    cluster.stats().rqTimeout.inc();
    VirtualClusterStats virtual = charges.virtualCluster();
    if (virtual != null) {
      virtual.timeout.inc();
    }
    for (UpstreamRequest request : requests) {
      remove(request);
      if (request.awaitingHeaders()) {
        count(request.host(), Kind.RQ_TIMEOUT);
        UpstreamCharges.outlier(request.host(), HostMonitor.Result.LOCAL_TIMEOUT, 504);
        UpstreamCharges.unanswered(request, worker());
        chargeAbort(code, request);
      }
      request.abandon();
    }
  }

  void onPerTryTimeout(UpstreamRequest from) {
    if (hedging) {
      hedge(from);
      return;
    }
    cluster.stats().rqPerTryTimeout.inc();
    tryTimedOut(from, "upstream_per_try_timeout");
  }

  void onPerTryIdleTimeout(UpstreamRequest from) {
    cluster.stats().rqPerTryIdleTimeout.inc();
    tryTimedOut(from, "upstream_per_try_idle_timeout");
  }

  private void tryTimedOut(UpstreamRequest from, String details) {
    count(from.host(), Kind.RQ_TIMEOUT);
    requestStarted |= from.started();
    from.abandon();
    UpstreamCharges.outlier(from.host(), HostMonitor.Result.LOCAL_TIMEOUT, 504);
    UpstreamCharges.unanswered(from, worker());
    if (retryReset(from, StreamResetReason.LOCAL_RESET, true)) {
      return;
    }
    chargeAbort(router.timeoutCode(), from);
    remove(from);
    router.abortByTimeout(details);
  }

  /** The try goes on, and another one is made beside it. */
  private void hedge(UpstreamRequest from) {
    count(from.host(), Kind.RQ_TIMEOUT);
    UpstreamCharges.outlier(from.host(), HostMonitor.Result.LOCAL_TIMEOUT, 504);
    if (router.responseStarted() || from.retried || retry == null) {
      return;
    }
    RetryState.Outcome outcome = retry.onHedge();
    if (outcome == RetryState.Outcome.YES) {
      pendingRetries++;
      timeoutRetry = true;
      from.retried = true;
      choice.tried(from.host(), retry.policy());
    } else {
      noteRefusedRetry(outcome);
    }
  }

  void onMaxDuration(UpstreamRequest from) {
    cluster.stats().rqMaxDuration.inc();
    requestStarted |= from.started();
    from.abandon();
    if (retryReset(from, StreamResetReason.LOCAL_RESET, false)) {
      return;
    }
    remove(from);
    router.maxDurationReached();
  }

  long maxUpstreamStreamMillis() {
    long asked = timeouts.tryDurationMillis();
    return asked < 0 ? cluster.config().maxStreamMillis() : asked;
  }

  // ---- the downstream's write buffer

  void onDownstreamAbove() {
    downstreamAbove++;
    for (int i = 0; i < requests.size(); i++) {
      requests.get(i).onDownstreamAboveWatermark();
    }
  }

  void onDownstreamBelow() {
    downstreamAbove--;
    for (UpstreamRequest request : requests) {
      request.onDownstreamBelowWatermark();
    }
  }
}
