package io.weir.proxy.filter.tlsinspector;

import io.weir.filter.Counter;
import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import io.weir.filter.Stats.HistogramUnit;
import io.weir.filter.WorkerLocal;

/** The statistics {@code tls_inspector.*} of one worker. */
final class TlsInspectorStats {
  static final WorkerLocal<TlsInspectorStats> KEY =
      new WorkerLocal<>(worker -> new TlsInspectorStats(worker.stats()));

  private static final String PREFIX = "tls_inspector.";

  final Counter clientHelloTooLarge;
  final Counter tlsFound;
  final Counter tlsNotFound;
  final Counter alpnFound;
  final Counter alpnNotFound;
  final Counter sniFound;
  final Counter sniNotFound;
  final Histogram bytesProcessed;

  TlsInspectorStats(Stats stats) {
    clientHelloTooLarge = stats.counter(PREFIX, "client_hello_too_large");
    tlsFound = stats.counter(PREFIX, "tls_found");
    tlsNotFound = stats.counter(PREFIX, "tls_not_found");
    alpnFound = stats.counter(PREFIX, "alpn_found");
    alpnNotFound = stats.counter(PREFIX, "alpn_not_found");
    sniFound = stats.counter(PREFIX, "sni_found");
    sniNotFound = stats.counter(PREFIX, "sni_not_found");
    bytesProcessed = stats.histogram(PREFIX, "bytes_processed", HistogramUnit.BYTES);
  }
}
