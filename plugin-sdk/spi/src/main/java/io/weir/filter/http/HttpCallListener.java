package io.weir.filter.http;

import io.weir.filter.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Receives the outcome of a unary call-out, on the worker that made it, once. */
public interface HttpCallListener {

  /**
   * The response, or what the proxy answered in its place.
   *
   * @param trailers null when there were none
   */
  void onResponse(HeaderMap headers, Buffer body, @Nullable HeaderMap trailers);

  /** The call broke after response headers had come, or its body was over the limit. */
  void onFailure(StreamResetReason reason);
}
