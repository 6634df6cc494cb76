package io.weir.proxy.router;

import io.weir.filter.Value;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.matcher.HeaderMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code retry_policy}. Immutable. Durations are milliseconds.
 *
 * @param conditions bits of {@link RetryConditions}
 * @param numRetries how often is tried again at most
 * @param perTryMillis 0 for none
 * @param perTryIdleMillis 0 for none
 * @param retriableHeaders response headers that ask for another try
 * @param retriableRequestHeaders when not empty, one must match for the request to be retried
 * @param hostAttempts how often a host is chosen again when a predicate refuses it
 * @param previousHosts whether hosts that were tried are avoided
 * @param omitCanary whether canary hosts are avoided
 * @param omitMetadata hosts with this {@code envoy.lb} metadata are avoided; null for none
 * @param previousPriorities how many attempts pass before priorities that were tried are avoided; 0
 *     when the policy does not ask for it
 * @param resetHeaders headers of a response that tell when to try again, in order
 */
record RetryPolicy(
    int conditions,
    int numRetries,
    long perTryMillis,
    long perTryIdleMillis,
    int[] retriableStatusCodes,
    List<HeaderMatcher> retriableHeaders,
    List<HeaderMatcher> retriableRequestHeaders,
    int hostAttempts,
    boolean previousHosts,
    boolean omitCanary,
    Value.@Nullable MapValue omitMetadata,
    int previousPriorities,
    long baseIntervalMillis,
    long maxIntervalMillis,
    List<ResetHeader> resetHeaders,
    long resetMaxMillis) {

  static final long DEFAULT_BASE = 25;

  /** No retries unless the request's headers ask for them. */
  static final RetryPolicy NONE =
      new RetryPolicy(
          0,
          1,
          0,
          0,
          new int[0],
          List.of(),
          List.of(),
          1,
          false,
          false,
          null,
          0,
          DEFAULT_BASE,
          DEFAULT_BASE * 10,
          List.of(),
          300_000);

  /**
   * A header that tells when to try again.
   *
   * @param timestamp whether it holds seconds since the epoch instead of a delay in seconds
   */
  record ResetHeader(HeaderName name, boolean timestamp) {}
}
