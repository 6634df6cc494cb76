package io.weir.proxy.filter.httpinspector;

import io.weir.filter.Counter;
import io.weir.filter.Stats;
import io.weir.filter.WorkerLocal;

/** The statistics {@code http_inspector.*} of one worker. */
final class HttpInspectorStats {
  static final WorkerLocal<HttpInspectorStats> KEY =
      new WorkerLocal<>(worker -> new HttpInspectorStats(worker.stats()));

  private static final String PREFIX = "http_inspector.";

  final Counter readError;
  final Counter http10Found;
  final Counter http11Found;
  final Counter http2Found;
  final Counter httpNotFound;

  HttpInspectorStats(Stats stats) {
    readError = stats.counter(PREFIX, "read_error");
    http10Found = stats.counter(PREFIX, "http10_found");
    http11Found = stats.counter(PREFIX, "http11_found");
    http2Found = stats.counter(PREFIX, "http2_found");
    httpNotFound = stats.counter(PREFIX, "http_not_found");
  }
}
