package io.weir.proxy.ratelimit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Tokens that come back at a steady rate up to a maximum. Shared by all workers without a lock: its
 * only state is the moment at which the bucket was, or will have been, empty.
 */
public final class TokenBucket {
  private static final double NANOS = 1e9;

  private final long maxTokens;
  private final double nanosPerToken;
  private final long fullNanos;
  // When the bucket had no token, in nanoseconds of the workers' clock; never, when it is unused.
  private final AtomicLong emptyAt = new AtomicLong(Long.MIN_VALUE);

  /**
   * @param fillNanos how long {@code tokensPerFill} tokens take to come back
   */
  public TokenBucket(long maxTokens, long tokensPerFill, long fillNanos) {
    this.maxTokens = maxTokens;
    this.nanosPerToken = (double) fillNanos / tokensPerFill;
    this.fullNanos = (long) Math.ceil(maxTokens * nanosPerToken);
  }

  /** Takes tokens if there are enough. */
  public boolean consume(long tokens, long now) {
    long cost = (long) Math.ceil(tokens * nanosPerToken);
    while (true) {
      long seen = emptyAt.get();
      long next = Math.max(seen, now - fullNanos) + cost;
      if (next > now) {
        return false;
      }
      if (emptyAt.compareAndSet(seen, next)) {
        return true;
      }
    }
  }

  /** Whole tokens left. */
  public long remaining(long now) {
    double tokens = (now - emptyAt(now)) / nanosPerToken;
    // A cost was rounded up to whole nanoseconds, which must not eat a token.
    return Math.min(maxTokens, (long) (tokens + 1e-6));
  }

  public long maxTokens() {
    return maxTokens;
  }

  /** Seconds until the next whole token, rounded up. */
  public long secondsToNextToken(long now) {
    long left = remaining(now);
    if (left >= maxTokens) {
      return 0;
    }
    double nanos = (left + 1) * nanosPerToken - (now - emptyAt(now));
    return (long) Math.ceil(nanos / NANOS);
  }

  /** Tokens per second. */
  public double rate() {
    return NANOS / nanosPerToken;
  }

  private long emptyAt(long now) {
    return Math.max(emptyAt.get(), now - fullNanos);
  }
}
