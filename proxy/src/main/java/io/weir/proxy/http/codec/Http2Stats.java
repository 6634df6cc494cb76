package io.weir.proxy.http.codec;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import io.weir.filter.Stats.HistogramUnit;

/** The statistics {@code http2.*} of a worker's codecs: downstream, or of one cluster. */
public final class Http2Stats {
  private static final String[] SHOWN_AT_ONCE = {
    "cookies_total_bytes_too_large",
    "header_list_size_too_large",
    "nghttp2_upstream_connections",
    "oghttp2_downstream_connections",
    "oghttp2_upstream_connections",
  };
  private static final String[] HISTOGRAMS = {
    "cookie_count", "cookie_size", "header_count", "header_list_size"
  };

  final Counter droppedUnderscores;
  final Counter rejectedUnderscores;
  final Counter goAwaySent;
  final Counter headerOverflow;
  final Counter headersNoStream;
  final Counter emptyFramesFlood;
  final Counter priorityFlood;
  final Counter windowUpdateFlood;
  final Counter keepAliveTimeout;
  final Counter outboundControlFlood;
  final Counter outboundFlood;
  final Counter rxMessagingError;
  final Counter rxReset;
  final Counter refused;
  final Counter trailers;
  final Counter flushTimeout;
  final Counter txReset;
  private final Counter downstreamConnections;
  final Gauge streamsActive;
  final Gauge pendingSendBytes;

  /**
   * @param prefix what stands before {@code http2.}, with a dot at its end, or nothing
   */
  public Http2Stats(Stats stats, String prefix) {
    String under = prefix + "http2.";
    droppedUnderscores = stats.counter(under, "dropped_headers_with_underscores");
    rejectedUnderscores = stats.counter(under, "requests_rejected_with_underscores_in_headers");
    goAwaySent = stats.counter(under, "goaway_sent");
    headerOverflow = stats.counter(under, "header_overflow");
    headersNoStream = stats.counter(under, "headers_cb_no_stream");
    emptyFramesFlood = stats.counter(under, "inbound_empty_frames_flood");
    priorityFlood = stats.counter(under, "inbound_priority_frames_flood");
    windowUpdateFlood = stats.counter(under, "inbound_window_update_frames_flood");
    keepAliveTimeout = stats.counter(under, "keepalive_timeout");
    stats.counter(under, "metadata_empty_frames");
    outboundControlFlood = stats.counter(under, "outbound_control_flood");
    outboundFlood = stats.counter(under, "outbound_flood");
    rxMessagingError = stats.counter(under, "rx_messaging_error");
    rxReset = stats.counter(under, "rx_reset");
    refused = stats.counter(under, "stream_refused_errors");
    trailers = stats.counter(under, "trailers");
    flushTimeout = stats.counter(under, "tx_flush_timeout");
    txReset = stats.counter(under, "tx_reset");
    downstreamConnections = stats.counter(under, "nghttp2_downstream_connections");
    for (String name : SHOWN_AT_ONCE) {
      stats.counter(under, name);
    }
    for (String name : HISTOGRAMS) {
      stats.histogram(under, name, HistogramUnit.UNSPECIFIED);
    }
    stats.gauge(under, "outbound_control_frames_active");
    stats.gauge(under, "outbound_frames_active");
    stats.gauge(under, "deferred_stream_close");
    pendingSendBytes = stats.gauge(under, "pending_send_bytes");
    streamsActive = stats.gauge(under, "streams_active");
  }

  /** Counts a connection, under the name of the library that Envoy would use. */
  public void countDownstream() {
    downstreamConnections.inc();
  }
}
