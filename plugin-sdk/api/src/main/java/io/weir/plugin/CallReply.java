package io.weir.plugin;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Call}. Given to a function it is valid until that returns; returned by
 * {@link HttpCalls} it may be kept.
 */
public interface CallReply {
  /**
   * The status of the response; 0 when nothing was sent (no such cluster), 503 from the proxy when
   * the service could not be reached, 504 when it took too long.
   */
  int status();

  /** The first value of a response header, or null. */
  @Nullable String header(String name);

  /** The response's body as text. */
  String body();

  /** Whether the status is 2xx. */
  default boolean ok() {
    return status() >= 200 && status() < 300;
  }

  /**
   * Whether there was no answer: status 0, 503 or 504. A service that answers 503 or 504 itself
   * looks the same; proxies do not tell.
   */
  default boolean failed() {
    return status() == 0 || status() == 503 || status() == 504;
  }
}
