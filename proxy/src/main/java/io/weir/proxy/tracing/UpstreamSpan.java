package io.weir.proxy.tracing;

import io.weir.filter.StreamInfo;
import io.weir.filter.StreamInfo.UpstreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.proxy.formatter.AddressText;

/** The span of one try upstream, {@code spawn_upstream_span}. Owned by the try's worker. */
public final class UpstreamSpan {
  private final Tracing tracing;
  private final Span span;
  private final long startNanos;

  UpstreamSpan(Tracing tracing, Span span, long startNanos) {
    this.tracing = tracing;
    this.span = span;
    this.startNanos = startNanos;
  }

  /** Tells the upstream of it. */
  public void inject(HeaderMap headers) {
    tracing.inject(span, headers);
  }

  /** The try is given up. */
  public void cancel() {
    span.tag("canceled", "true");
  }

  /**
   * The try is over.
   *
   * @param code of the response, 0 when there was none
   */
  public void finish(int code, StreamInfo info) {
    UpstreamInfo upstream = info.upstream();
    if (upstream != null && upstream.hostAddress() != null) {
      String address = AddressText.text(upstream.hostAddress());
      span.tag("upstream_address", address);
      span.tag("peer.address", address);
    }
    tracing.finish(span, startNanos, code, info);
  }
}
