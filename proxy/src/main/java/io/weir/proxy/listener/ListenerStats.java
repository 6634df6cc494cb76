package io.weir.proxy.listener;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import io.weir.filter.Stats.HistogramUnit;

/** The statistics {@code listener.<address>.*} of one worker; Envoy's names. */
public final class ListenerStats {
  final Counter cxTotal;
  final Gauge cxActive;
  final Counter cxDestroy;
  final Histogram cxLength;
  final Counter cxOverflow;
  final Counter globalCxOverflow;
  final Counter cxOverloadReject;
  final Gauge preCxActive;
  final Counter preCxTimeout;
  final Counter noFilterChainMatch;
  final Counter listenerFilterRemoteClose;
  final Counter listenerFilterError;
  final Counter transportSocketConnectTimeout;
  final Histogram acceptsPerSocketEvent;
  final Counter workerCxTotal;
  final Gauge workerCxActive;

  /**
   * @param prefix {@code listener.<address>.}
   * @param thread {@code worker_0}, {@code main_thread}
   */
  public ListenerStats(Stats stats, String prefix, String thread) {
    cxTotal = stats.counter(prefix, "downstream_cx_total");
    cxActive = stats.gauge(prefix, "downstream_cx_active");
    cxDestroy = stats.counter(prefix, "downstream_cx_destroy");
    cxLength = stats.histogram(prefix, "downstream_cx_length_ms", HistogramUnit.MILLISECONDS);
    cxOverflow = stats.counter(prefix, "downstream_cx_overflow");
    globalCxOverflow = stats.counter(prefix, "downstream_global_cx_overflow");
    cxOverloadReject = stats.counter(prefix, "downstream_cx_overload_reject");
    preCxActive = stats.gauge(prefix, "downstream_pre_cx_active");
    preCxTimeout = stats.counter(prefix, "downstream_pre_cx_timeout");
    noFilterChainMatch = stats.counter(prefix, "no_filter_chain_match");
    listenerFilterRemoteClose = stats.counter(prefix, "downstream_listener_filter_remote_close");
    listenerFilterError = stats.counter(prefix, "downstream_listener_filter_error");
    transportSocketConnectTimeout =
        stats.counter(prefix, "downstream_cx_transport_socket_connect_timeout");
    acceptsPerSocketEvent =
        stats.histogram(prefix, "connections_accepted_per_socket_event", HistogramUnit.UNSPECIFIED);
    String own = prefix + thread + ".";
    workerCxTotal = stats.counter(own, "downstream_cx_total");
    workerCxActive = stats.gauge(own, "downstream_cx_active");
  }

  /** Counts a connection that opens. */
  public void open() {
    cxTotal.inc();
    cxActive.inc();
    workerCxTotal.inc();
    workerCxActive.inc();
  }

  /** Counts the end of a connection. */
  public void close(long millis) {
    cxActive.dec();
    workerCxActive.dec();
    cxDestroy.inc();
    cxLength.record(millis);
  }
}
