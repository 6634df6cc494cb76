package io.weir.proxy.tracing;

import org.jspecify.annotations.Nullable;

/** A stream that may have a span. */
public interface Traced {
  @Nullable Span span();
}
