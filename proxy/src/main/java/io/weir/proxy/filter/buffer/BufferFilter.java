package io.weir.proxy.filter.buffer;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import org.jspecify.annotations.Nullable;

/** Buffers a request; over the limit the filter manager answers 413. */
final class BufferFilter implements HttpFilter {
  private final HttpFilterCallbacks callbacks;
  private final BufferFilterFactory.Limit configured;
  private @Nullable HeaderMap held;
  private long length;

  BufferFilter(HttpFilterCallbacks callbacks, BufferFilterFactory.Limit configured) {
    this.callbacks = callbacks;
    this.configured = configured;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    var limit =
        callbacks.routeConfig() instanceof BufferFilterFactory.Limit route ? route : configured;
    if (endStream || limit.disabled()) {
      return FilterHeadersStatus.CONTINUE;
    }
    callbacks.setBufferLimit(limit.maxBytes());
    held = headers;
    return FilterHeadersStatus.STOP_ITERATION;
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    if (held == null) {
      return FilterDataStatus.CONTINUE;
    }
    length += data.length();
    if (!endStream) {
      return FilterDataStatus.STOP_ITERATION_AND_BUFFER;
    }
    release();
    return FilterDataStatus.CONTINUE;
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    release();
    return FilterTrailersStatus.CONTINUE;
  }

  /** The length is known now, so a chunked request becomes one with a length. */
  private void release() {
    HeaderMap headers = held;
    held = null;
    if (headers != null && !headers.contains(HeaderName.CONTENT_LENGTH)) {
      headers.set(HeaderName.CONTENT_LENGTH, Long.toString(length));
    }
  }
}
