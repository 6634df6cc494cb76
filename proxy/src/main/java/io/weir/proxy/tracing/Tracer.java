package io.weir.proxy.tracing;

import io.weir.filter.http.HeaderMap;

/** Makes spans and sees to it that they arrive. Belongs to one worker. */
interface Tracer extends AutoCloseable {

  /**
   * A span of a request, the child of what its headers tell; headers are not changed.
   *
   * @param traced the decision when the headers tell none
   * @param operation {@code ingress} or {@code egress}
   */
  Span start(
      HeaderMap headers, boolean traced, String operation, String authority, long startWallNanos);

  /** Tells the next one in the headers. */
  void inject(Span span, HeaderMap headers);

  /** Takes a finished span. */
  void report(Span span);

  @Override
  void close();
}
