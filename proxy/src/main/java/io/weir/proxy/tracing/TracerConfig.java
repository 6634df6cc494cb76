package io.weir.proxy.tracing;

import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import java.util.random.RandomGenerator;

/** A loaded {@code provider}: what its spans, headers and messages are. Shared by all workers. */
interface TracerConfig {

  /**
   * What is known of a request beside its headers.
   *
   * @param traced the decision when the headers tell none
   * @param operation {@code ingress} or {@code egress}
   * @param egress whether the span is that of a client
   */
  record Origin(boolean traced, String operation, boolean egress, String authority) {}

  /** A span of a request, the child of what its headers tell; headers are not changed. */
  Span start(HeaderMap headers, Origin origin, RandomGenerator random, long startWallNanos);

  /** Tells the next one in the headers. */
  void inject(Span span, HeaderMap headers);

  /** Where finished spans of one worker gather. */
  SpanBatch openBatch(Worker worker);
}
