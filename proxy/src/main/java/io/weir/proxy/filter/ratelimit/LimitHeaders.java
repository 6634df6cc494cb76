package io.weir.proxy.filter.ratelimit;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.List;

/** The {@code x-ratelimit} headers of draft 03. */
final class LimitHeaders {
  private static final HeaderName LIMIT = HeaderName.of("x-ratelimit-limit");
  private static final HeaderName REMAINING = HeaderName.of("x-ratelimit-remaining");
  private static final HeaderName RESET = HeaderName.of("x-ratelimit-reset");

  private LimitHeaders() {}

  /** The limit of which least is left, and all of them as its policy. */
  static void add(List<Answer.Limit> limits, HeaderMap headers) {
    if (limits.isEmpty()) {
      return;
    }
    Answer.Limit least = limits.getFirst();
    var policy = new StringBuilder();
    for (int i = 0; i < limits.size(); i++) {
      Answer.Limit limit = limits.get(i);
      if (limit.remaining() < least.remaining()) {
        least = limit;
      }
      if (limit.windowSeconds() > 0) {
        policy.append(", ").append(limit.perWindow()).append(";w=").append(limit.windowSeconds());
        if (!limit.name().isEmpty()) {
          policy.append(";name=\"").append(limit.name()).append('"');
        }
      }
    }
    headers.set(LIMIT, least.perWindow() + policy.toString());
    headers.set(REMAINING, Long.toString(least.remaining()));
    headers.set(RESET, Long.toString(least.resetSeconds()));
  }
}
