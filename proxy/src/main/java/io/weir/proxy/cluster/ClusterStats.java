package io.weir.proxy.cluster;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Histogram;
import io.weir.filter.Protocol;
import io.weir.filter.Stats;
import io.weir.proxy.http.codec.Http2Stats;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A worker's statistics of one cluster, under Envoy's names. */
public final class ClusterStats {
  private static final String[] SHOWN_AT_ONCE = {
    "lb_subsets_fallback",
    "lb_subsets_fallback_panic",
    "lb_subsets_selected",
    "upstream_cx_connect_attempts_exceeded",
    "upstream_cx_connect_with_0_rtt",
    "upstream_cx_http3_total",
    "upstream_cx_max_duration_reached",
    "upstream_http3_broken",
    "upstream_cx_preconnect_skipped",
    "upstream_rq_rx_reset_no_error",
    "upstream_rq_0rtt",
  };

  // What Envoy's codec counts; it is made with the first connection.
  private static final String[] HTTP_1 = {
    "dropped_headers_with_underscores",
    "metadata_not_supported_error",
    "requests_rejected_with_underscores_in_headers",
    "response_flood",
  };

  private final Stats stats;
  private final String prefix;
  private boolean http1Shown;
  private @Nullable Http2Stats http2;
  private final Map<String, ResponseCodeStats> codeScopes = new HashMap<>();

  public final Counter cxCloseNotify;
  public final Counter cxTotal;
  public final Counter cxHttp1Total;
  public final Counter cxHttp2Total;
  public final Counter cxConnectFail;
  public final Counter cxConnectTimeout;
  public final Counter cxDestroy;
  public final Counter cxDestroyLocal;
  public final Counter cxDestroyRemote;
  public final Counter cxDestroyWithActiveRq;
  public final Counter cxDestroyLocalWithActiveRq;
  public final Counter cxDestroyRemoteWithActiveRq;
  public final Counter cxIdleTimeout;
  public final Counter cxMaxDuration;
  public final Counter cxMaxRequests;
  public final Counter cxNoneHealthy;
  public final Counter cxOverflow;
  public final Counter cxProtocolError;
  public final Counter cxRxBytes;
  public final Counter cxTxBytes;
  public final Counter flowBackedUp;
  public final Counter flowDrained;
  public final Counter flowPaused;
  public final Counter flowResumed;
  public final Counter internalRedirectFailed;
  public final Counter internalRedirectSucceeded;
  public final Counter rqActiveOverflow;
  public final Counter rqCancelled;
  public final Counter rqMaintenance;
  public final Counter rqMaxDuration;
  public final Counter rqPendingFailureEject;
  public final Counter rqPendingOverflow;
  public final Counter rqPendingTotal;
  public final Counter rqPerTryTimeout;
  public final Counter rqPerTryIdleTimeout;
  public final Counter rqRetry;
  public final Counter rqRetryExponential;
  public final Counter rqRetryRateLimited;
  public final Counter rqRetryLimit;
  public final Counter rqRetryOverflow;
  public final Counter rqRetrySuccess;
  public final Counter rqRxReset;
  public final Counter rqTxReset;
  public final Counter rqTimeout;
  public final Counter rqTotal;
  public final Counter originalDstHostInvalid;
  public final Counter retryOrShadowAbandoned;
  public final Counter lbHealthyPanic;
  public final Counter lbSubsetsSelected;
  public final Counter lbSubsetsFallback;
  public final Counter lbSubsetsFallbackPanic;
  public final Counter lbLocalNotOk;
  public final Counter lbRecalculateZones;
  public final Counter lbZoneTooSmall;
  public final Counter lbZoneNoCapacity;
  public final Counter lbZoneDirect;
  public final Counter lbZoneCross;
  public final Counter lbZoneSampled;
  public final Counter lbSubsetsCreated;
  public final Counter lbSubsetsRemoved;
  public final Counter bindErrors;
  public final Counter cxPoolOverflow;
  public final Gauge cxActive;
  public final Gauge rxBuffered;
  public final Gauge txBuffered;
  public final Gauge rqActive;
  public final Gauge rqPendingActive;
  public final Gauge lbSubsetsActive;
  public final Histogram cxConnectMillis;
  public final Histogram cxLengthMillis;
  public final Histogram rqPerCx;
  public final Histogram rqTime;
  public final Histogram externalRqTime;
  public final Histogram internalRqTime;

  private @Nullable TrackedStats tracked;

  /**
   * @param prefix {@code cluster.<name>.}
   */
  public ClusterStats(Stats stats, String prefix) {
    this.stats = stats;
    this.prefix = prefix;
    cxCloseNotify = counter("upstream_cx_close_notify");
    cxTotal = counter("upstream_cx_total");
    cxHttp1Total = counter("upstream_cx_http1_total");
    cxHttp2Total = counter("upstream_cx_http2_total");
    cxConnectFail = counter("upstream_cx_connect_fail");
    cxConnectTimeout = counter("upstream_cx_connect_timeout");
    cxDestroy = counter("upstream_cx_destroy");
    cxDestroyLocal = counter("upstream_cx_destroy_local");
    cxDestroyRemote = counter("upstream_cx_destroy_remote");
    cxDestroyWithActiveRq = counter("upstream_cx_destroy_with_active_rq");
    cxDestroyLocalWithActiveRq = counter("upstream_cx_destroy_local_with_active_rq");
    cxDestroyRemoteWithActiveRq = counter("upstream_cx_destroy_remote_with_active_rq");
    cxIdleTimeout = counter("upstream_cx_idle_timeout");
    cxMaxDuration = counter("upstream_cx_max_duration_reached");
    cxMaxRequests = counter("upstream_cx_max_requests");
    cxNoneHealthy = counter("upstream_cx_none_healthy");
    cxOverflow = counter("upstream_cx_overflow");
    cxProtocolError = counter("upstream_cx_protocol_error");
    cxRxBytes = counter("upstream_cx_rx_bytes_total");
    cxTxBytes = counter("upstream_cx_tx_bytes_total");
    flowBackedUp = counter("upstream_flow_control_backed_up_total");
    flowDrained = counter("upstream_flow_control_drained_total");
    flowPaused = counter("upstream_flow_control_paused_reading_total");
    flowResumed = counter("upstream_flow_control_resumed_reading_total");
    internalRedirectFailed = counter("upstream_internal_redirect_failed_total");
    internalRedirectSucceeded = counter("upstream_internal_redirect_succeeded_total");
    rqActiveOverflow = counter("upstream_rq_active_overflow");
    rqCancelled = counter("upstream_rq_cancelled");
    rqMaintenance = counter("upstream_rq_maintenance_mode");
    rqMaxDuration = counter("upstream_rq_max_duration_reached");
    rqPendingFailureEject = counter("upstream_rq_pending_failure_eject");
    rqPendingOverflow = counter("upstream_rq_pending_overflow");
    rqPendingTotal = counter("upstream_rq_pending_total");
    rqPerTryTimeout = counter("upstream_rq_per_try_timeout");
    rqPerTryIdleTimeout = counter("upstream_rq_per_try_idle_timeout");
    rqRetry = counter("upstream_rq_retry");
    rqRetryExponential = counter("upstream_rq_retry_backoff_exponential");
    rqRetryRateLimited = counter("upstream_rq_retry_backoff_ratelimited");
    rqRetryLimit = counter("upstream_rq_retry_limit_exceeded");
    rqRetryOverflow = counter("upstream_rq_retry_overflow");
    rqRetrySuccess = counter("upstream_rq_retry_success");
    rqRxReset = counter("upstream_rq_rx_reset");
    rqTxReset = counter("upstream_rq_tx_reset");
    rqTimeout = counter("upstream_rq_timeout");
    rqTotal = counter("upstream_rq_total");
    originalDstHostInvalid = counter("original_dst_host_invalid");
    retryOrShadowAbandoned = counter("retry_or_shadow_abandoned");
    lbHealthyPanic = counter("lb_healthy_panic");
    lbSubsetsSelected = counter("lb_subsets_selected");
    lbSubsetsFallback = counter("lb_subsets_fallback");
    lbSubsetsFallbackPanic = counter("lb_subsets_fallback_panic");
    lbLocalNotOk = counter("lb_local_cluster_not_ok");
    lbRecalculateZones = counter("lb_recalculate_zone_structures");
    lbZoneTooSmall = counter("lb_zone_cluster_too_small");
    lbZoneNoCapacity = counter("lb_zone_no_capacity_left");
    lbZoneDirect = counter("lb_zone_routing_all_directly");
    lbZoneCross = counter("lb_zone_routing_cross_zone");
    lbZoneSampled = counter("lb_zone_routing_sampled");
    lbSubsetsCreated = counter("lb_subsets_created");
    lbSubsetsRemoved = counter("lb_subsets_removed");
    bindErrors = counter("bind_errors");
    cxPoolOverflow = counter("upstream_cx_pool_overflow");
    cxActive = gauge("upstream_cx_active");
    rxBuffered = gauge("upstream_cx_rx_bytes_buffered");
    txBuffered = gauge("upstream_cx_tx_bytes_buffered");
    rqActive = gauge("upstream_rq_active");
    rqPendingActive = gauge("upstream_rq_pending_active");
    lbSubsetsActive = gauge("lb_subsets_active");
    cxConnectMillis = millis("upstream_cx_connect_ms");
    cxLengthMillis = millis("upstream_cx_length_ms");
    rqPerCx = stats.histogram(prefix, "upstream_rq_per_cx", Stats.HistogramUnit.UNSPECIFIED);
    rqTime = millisOnUse("upstream_rq_time");
    externalRqTime = millisOnUse("external.upstream_rq_time");
    internalRqTime = millisOnUse("internal.upstream_rq_time");
    gauge("upstream_queue_overloaded");
    for (String name : SHOWN_AT_ONCE) {
      counter(name);
    }
    // Envoy shows this one from the start, the codes themselves when they occur.
    counter("upstream_rq_completed");
  }

  public String prefix() {
    return prefix;
  }

  /** Begins to track what {@code track_cluster_stats} asks for. */
  public void track(boolean budgets, boolean sizes) {
    if (budgets || sizes) {
      tracked = new TrackedStats(stats, prefix, budgets, sizes);
    }
  }

  /** Null when nothing more is tracked. */
  public @Nullable TrackedStats tracked() {
    return tracked;
  }

  public Stats stats() {
    return stats;
  }

  /** Response codes below a prefix: empty, {@code external.}, {@code retry.} and so on. */
  public ResponseCodeStats codes(String scope) {
    ResponseCodeStats codes = codeScopes.get(scope);
    if (codes == null) {
      codes = new ResponseCodeStats(stats, prefix + scope);
      codeScopes.put(scope, codes);
    }
    return codes;
  }

  /** Statistics of HTTP/2, which appear with the first connection. */
  public Http2Stats http2() {
    Http2Stats made = http2;
    if (made == null) {
      made = new Http2Stats(stats, prefix);
      http2 = made;
    }
    return made;
  }

  /** Response codes below a prefix of its own. */
  public ResponseCodeStats codesOf(String wholePrefix) {
    ResponseCodeStats codes = codeScopes.get(wholePrefix);
    if (codes == null) {
      codes = new ResponseCodeStats(stats, wholePrefix);
      codeScopes.put(wholePrefix, codes);
    }
    return codes;
  }

  /** Counts a connection by what it will speak. */
  public void countProtocol(@Nullable Protocol protocol) {
    if (protocol == Protocol.HTTP_2) {
      cxHttp2Total.inc();
      stats.counter(prefix + "http2.", "nghttp2_upstream_connections").inc();
    } else {
      cxHttp1Total.inc();
      if (!http1Shown) {
        http1Shown = true;
        for (String name : HTTP_1) {
          stats.counter(prefix + "http1.", name);
        }
      }
    }
  }

  private Counter counter(String name) {
    return stats.counter(prefix, name);
  }

  private Gauge gauge(String name) {
    return stats.gauge(prefix, name);
  }

  private Histogram millisOnUse(String name) {
    return stats.histogramOnUse(prefix, name, Stats.HistogramUnit.MILLISECONDS);
  }

  private Histogram millis(String name) {
    return stats.histogram(prefix, name, Stats.HistogramUnit.MILLISECONDS);
  }
}
