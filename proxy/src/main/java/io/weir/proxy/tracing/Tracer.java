package io.weir.proxy.tracing;

import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.proxy.tracing.TracerConfig.Origin;

/** Makes spans and sees to it that they arrive. Belongs to one worker. */
final class Tracer implements AutoCloseable {
  private final TracerConfig config;
  private final Worker worker;
  private final SpanBatch batch;

  Tracer(TracerConfig config, Worker worker) {
    this.config = config;
    this.worker = worker;
    this.batch = config.openBatch(worker);
  }

  /** A span of a request, the child of what its headers tell; headers are not changed. */
  Span start(HeaderMap headers, Origin origin, long startWallNanos) {
    return config.start(headers, origin, worker.random(), startWallNanos);
  }

  /** A span of what is done for another one: of a try upstream. */
  Span child(Span of, String name, long startWallNanos) {
    return new Span(
        of.traceHigh,
        of.traceLow,
        Span.newId(worker.random()),
        of.id,
        of.sampled,
        false,
        of.traceState,
        name,
        true,
        startWallNanos);
  }

  /** Tells the next one in the headers. */
  void inject(Span span, HeaderMap headers) {
    config.inject(span, headers);
  }

  /** Takes a finished span. */
  void report(Span span) {
    if (span.sampled) {
      batch.add(span);
    }
  }

  @Override
  public void close() {
    batch.flush();
  }
}
