package io.weir.proxy.http;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import io.weir.filter.Stats.HistogramUnit;

/** The statistics {@code http.<stat_prefix>.*} of one worker. */
public final class HcmStats {
  final Counter cxTotal;
  final Gauge cxActive;
  final Counter cxHttp1Total;
  final Gauge cxHttp1Active;
  final Counter cxHttp2Total;
  final Gauge cxHttp2Active;
  final Counter cxSslTotal;
  final Gauge cxSslActive;
  final Counter cxUpgradesTotal;
  final Gauge cxUpgradesActive;
  final Counter cxDestroy;
  final Counter cxDestroyLocal;
  final Counter cxDestroyRemote;
  final Counter cxDestroyActiveRq;
  final Counter cxDestroyLocalActiveRq;
  final Counter cxDestroyRemoteActiveRq;
  final Counter cxRxBytesTotal;
  final Counter cxTxBytesTotal;
  final Gauge cxRxBytesBuffered;
  final Gauge cxTxBytesBuffered;
  final Counter cxProtocolError;
  final Counter cxDrainClose;
  final Counter cxIdleTimeout;
  final Counter cxMaxDurationReached;
  final Counter cxMaxRequestsReached;
  final Counter cxDelayedCloseTimeout;
  final Histogram cxLength;
  final Counter rqTotal;
  final Gauge rqActive;
  final Counter rqHttp1Total;
  final Counter rqHttp2Total;
  final Counter rqCompleted;
  private final Counter[] rqByClass = new Counter[6];
  // The same below the listener.
  private final Counter listenerRqCompleted;
  private final Counter[] listenerRqByClass = new Counter[6];
  final Counter rqRxReset;
  final Counter rqTxReset;
  final Counter rqTooLarge;
  final Counter rqRejectedViaIpDetection;
  final Counter rqTimeout;
  final Counter rqHeaderTimeout;
  final Counter rqIdleTimeout;
  final Counter rqMaxDurationReached;
  final Counter rqResponseBeforeRequestComplete;
  final Counter rqTooManyPrematureResets;
  final Counter cxOverloadDisableKeepalive;
  final Counter rqOverloadClose;
  final Counter rqOverloadLocalReply;
  final Counter rqNonRelativePath;
  final Counter rqUpgradeRejected;
  final Counter rqFailedPathNormalization;
  final Counter rqRedirectedWithNormalizedPath;
  final Counter rsTooLarge;
  final Histogram rqTime;
  final Counter droppedUnderscores;
  final Counter rejectedUnderscores;

  /**
   * @param prefix {@code http.<stat_prefix>.}
   * @param listener {@code listener.<address>.}, where responses are counted too
   */
  public HcmStats(Stats stats, String prefix, String listener) {
    cxTotal = stats.counter(prefix, "downstream_cx_total");
    cxActive = stats.gauge(prefix, "downstream_cx_active");
    cxHttp1Total = stats.counter(prefix, "downstream_cx_http1_total");
    cxHttp1Active = stats.gauge(prefix, "downstream_cx_http1_active");
    cxHttp2Total = stats.counter(prefix, "downstream_cx_http2_total");
    cxHttp2Active = stats.gauge(prefix, "downstream_cx_http2_active");
    stats.gauge(prefix, "downstream_cx_http1_soft_drain");
    stats.counter(prefix, "downstream_cx_http3_total");
    stats.gauge(prefix, "downstream_cx_http3_active");
    cxSslTotal = stats.counter(prefix, "downstream_cx_ssl_total");
    cxSslActive = stats.gauge(prefix, "downstream_cx_ssl_active");
    cxUpgradesTotal = stats.counter(prefix, "downstream_cx_upgrades_total");
    cxUpgradesActive = stats.gauge(prefix, "downstream_cx_upgrades_active");
    cxDestroy = stats.counter(prefix, "downstream_cx_destroy");
    cxDestroyLocal = stats.counter(prefix, "downstream_cx_destroy_local");
    cxDestroyRemote = stats.counter(prefix, "downstream_cx_destroy_remote");
    cxDestroyActiveRq = stats.counter(prefix, "downstream_cx_destroy_active_rq");
    cxDestroyLocalActiveRq = stats.counter(prefix, "downstream_cx_destroy_local_active_rq");
    cxDestroyRemoteActiveRq = stats.counter(prefix, "downstream_cx_destroy_remote_active_rq");
    cxRxBytesTotal = stats.counter(prefix, "downstream_cx_rx_bytes_total");
    cxTxBytesTotal = stats.counter(prefix, "downstream_cx_tx_bytes_total");
    cxRxBytesBuffered = stats.gauge(prefix, "downstream_cx_rx_bytes_buffered");
    cxTxBytesBuffered = stats.gauge(prefix, "downstream_cx_tx_bytes_buffered");
    cxProtocolError = stats.counter(prefix, "downstream_cx_protocol_error");
    cxDrainClose = stats.counter(prefix, "downstream_cx_drain_close");
    cxIdleTimeout = stats.counter(prefix, "downstream_cx_idle_timeout");
    cxMaxDurationReached = stats.counter(prefix, "downstream_cx_max_duration_reached");
    cxMaxRequestsReached = stats.counter(prefix, "downstream_cx_max_requests_reached");
    cxDelayedCloseTimeout = stats.counter(prefix, "downstream_cx_delayed_close_timeout");
    cxOverloadDisableKeepalive = stats.counter(prefix, "downstream_cx_overload_disable_keepalive");
    cxLength = stats.histogram(prefix, "downstream_cx_length_ms", HistogramUnit.MILLISECONDS);
    rqTotal = stats.counter(prefix, "downstream_rq_total");
    rqActive = stats.gauge(prefix, "downstream_rq_active");
    rqHttp1Total = stats.counter(prefix, "downstream_rq_http1_total");
    rqHttp2Total = stats.counter(prefix, "downstream_rq_http2_total");
    stats.counter(prefix, "downstream_rq_http3_total");
    rqCompleted = stats.counter(prefix, "downstream_rq_completed");
    for (int i = 1; i < rqByClass.length; i++) {
      rqByClass[i] = stats.counter(prefix, "downstream_rq_" + i + "xx");
    }
    String inListener = listener + prefix;
    listenerRqCompleted = stats.counter(inListener, "downstream_rq_completed");
    for (int i = 1; i < listenerRqByClass.length; i++) {
      listenerRqByClass[i] = stats.counter(inListener, "downstream_rq_" + i + "xx");
    }
    rqRxReset = stats.counter(prefix, "downstream_rq_rx_reset");
    rqTxReset = stats.counter(prefix, "downstream_rq_tx_reset");
    rqTooLarge = stats.counter(prefix, "downstream_rq_too_large");
    rqTimeout = stats.counter(prefix, "downstream_rq_timeout");
    rqHeaderTimeout = stats.counter(prefix, "downstream_rq_header_timeout");
    rqIdleTimeout = stats.counter(prefix, "downstream_rq_idle_timeout");
    rqMaxDurationReached = stats.counter(prefix, "downstream_rq_max_duration_reached");
    rqResponseBeforeRequestComplete =
        stats.counter(prefix, "downstream_rq_response_before_rq_complete");
    rqTooManyPrematureResets = stats.counter(prefix, "downstream_rq_too_many_premature_resets");
    rqNonRelativePath = stats.counter(prefix, "downstream_rq_non_relative_path");
    rqUpgradeRejected = stats.counter(prefix, "downstream_rq_ws_on_non_ws_route");
    rqFailedPathNormalization = stats.counter(prefix, "downstream_rq_failed_path_normalization");
    rqRedirectedWithNormalizedPath =
        stats.counter(prefix, "downstream_rq_redirected_with_normalized_path");
    rqOverloadClose = stats.counter(prefix, "downstream_rq_overload_close");
    rqOverloadLocalReply = stats.counter(prefix, "rq_overload_local_reply");
    rqRejectedViaIpDetection = stats.counter(prefix, "downstream_rq_rejected_via_ip_detection");
    stats.counter(prefix, "downstream_flow_control_paused_reading_total");
    stats.counter(prefix, "downstream_flow_control_resumed_reading_total");
    rsTooLarge = stats.counter(prefix, "rs_too_large");
    rqTime = stats.histogram(prefix, "downstream_rq_time", HistogramUnit.MILLISECONDS);
    stats.counter("http1.", "metadata_not_supported_error");
    stats.counter("http1.", "response_flood");
    droppedUnderscores = stats.counter("http1.", "dropped_headers_with_underscores");
    rejectedUnderscores = stats.counter("http1.", "requests_rejected_with_underscores_in_headers");
  }

  /** Counts a final response by its class. */
  public void chargeResponse(int code) {
    rqCompleted.inc();
    listenerRqCompleted.inc();
    int kind = code / 100;
    if (kind >= 1 && kind <= 5) {
      rqByClass[kind].inc();
      listenerRqByClass[kind].inc();
    }
  }

  /** Counts a connection of HTTP/1 that opens. */
  public void openHttp1() {
    cxTotal.inc();
    cxActive.inc();
    cxHttp1Total.inc();
    cxHttp1Active.inc();
  }

  /** Counts the end of a connection of HTTP/1. */
  public void closeHttp1(boolean locally, long millis) {
    cxActive.dec();
    cxHttp1Active.dec();
    cxDestroy.inc();
    (locally ? cxDestroyLocal : cxDestroyRemote).inc();
    cxLength.record(millis);
  }

  /** Counts a request of HTTP/1 that begins. */
  public void beginHttp1(long bytes) {
    cxRxBytesTotal.add(bytes);
    rqTotal.inc();
    rqActive.inc();
    rqHttp1Total.inc();
  }

  /** Counts the end of a request. */
  public void end(int code, long bytes, long millis) {
    cxTxBytesTotal.add(bytes);
    rqActive.dec();
    rqTime.record(millis);
    chargeResponse(code);
  }
}
