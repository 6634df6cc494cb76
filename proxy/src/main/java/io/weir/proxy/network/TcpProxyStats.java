package io.weir.proxy.network;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;

/** The statistics {@code tcp.<prefix>.*} of one worker; Envoy's names. */
final class TcpProxyStats {
  private static final String[] SHOWN_AT_ONCE = {
    "downstream_cx_drain_close", "early_data_received_count_total", "route_delayed_total",
  };

  final Counter cxTotal;
  final Counter cxNoRoute;
  final Counter cxOverloadClose;
  final Counter rxBytes;
  final Counter txBytes;
  final Gauge rxBuffered;
  final Gauge txBuffered;
  final Counter pausedReading;
  final Counter resumedReading;
  final Counter idleTimeout;
  final Counter maxDuration;
  final Counter upstreamFlushTotal;
  final Gauge upstreamFlushActive;

  TcpProxyStats(Stats stats, String statPrefix) {
    String prefix = "tcp." + statPrefix + ".";
    cxTotal = stats.counter(prefix, "downstream_cx_total");
    cxNoRoute = stats.counter(prefix, "downstream_cx_no_route");
    cxOverloadClose = stats.counter(prefix, "downstream_cx_overload_close");
    rxBytes = stats.counter(prefix, "downstream_cx_rx_bytes_total");
    txBytes = stats.counter(prefix, "downstream_cx_tx_bytes_total");
    rxBuffered = stats.gauge(prefix, "downstream_cx_rx_bytes_buffered");
    txBuffered = stats.gauge(prefix, "downstream_cx_tx_bytes_buffered");
    pausedReading = stats.counter(prefix, "downstream_flow_control_paused_reading_total");
    resumedReading = stats.counter(prefix, "downstream_flow_control_resumed_reading_total");
    idleTimeout = stats.counter(prefix, "idle_timeout");
    maxDuration = stats.counter(prefix, "max_downstream_connection_duration");
    upstreamFlushTotal = stats.counter(prefix, "upstream_flush_total");
    upstreamFlushActive = stats.gauge(prefix, "upstream_flush_active");
    for (String name : SHOWN_AT_ONCE) {
      stats.counter(prefix, name);
    }
  }
}
