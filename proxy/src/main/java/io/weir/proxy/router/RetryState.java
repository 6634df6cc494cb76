package io.weir.proxy.router;

import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.cluster.CircuitBreakers;
import io.weir.proxy.cluster.CircuitBreakers.Resource;
import io.weir.proxy.matcher.HeaderMatcher;
import io.weir.proxy.upstream.ActiveCluster;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether and when a request is tried again. Belongs to one request. */
final class RetryState {
  /** What became of the wish to retry. */
  enum Outcome {
    YES,
    NO,
    OVERFLOW,
    LIMIT_EXCEEDED
  }

  private static final int GRPC_SHIFT = 16;
  private static final long MAX_DELAY_SECONDS = Long.MAX_VALUE / 1_000;

  private final RetryPolicy policy;
  private final ActiveCluster cluster;
  private final @Nullable VirtualClusterStats virtual;
  private final Worker worker;
  private final CircuitBreakers.View breakers;
  private final Runnable retry;
  private int conditions;
  private int remaining;
  private int @Nullable [] moreStatusCodes;
  private @Nullable List<HeaderName> moreHeaders;
  private @Nullable Timer timer;
  private boolean scheduled;
  private boolean retried;
  private long nextInterval;
  private long askedDelayMillis;

  /**
   * @param headers of the request; those about retries are read, not removed
   * @param retry makes the next try
   */
  RetryState(
      RetryPolicy policy,
      HeaderMap headers,
      ActiveCluster cluster,
      @Nullable VirtualClusterStats virtual,
      Worker worker,
      boolean highPriority,
      Runnable retry) {
    this.policy = policy;
    this.cluster = cluster;
    this.virtual = virtual;
    this.worker = worker;
    this.breakers = cluster.breakers(highPriority);
    this.retry = retry;
    this.conditions = policy.conditions();
    this.remaining = policy.numRetries();
    readHeaders(headers);
  }

  private void readHeaders(HeaderMap headers) {
    int on = headers.find(HeaderName.X_ENVOY_RETRY_ON);
    if (on >= 0) {
      conditions |= RetryConditions.parse(headers.value(on)) & (1 << GRPC_SHIFT) - 1;
    }
    int grpcOn = headers.find(EnvoyHeaders.RETRY_GRPC_ON);
    if (grpcOn >= 0) {
      conditions |= RetryConditions.parse(headers.value(grpcOn)) >>> GRPC_SHIFT << GRPC_SHIFT;
    }
    if (!retriable(headers)) {
      conditions = 0;
    }
    if (conditions == 0) {
      return;
    }
    int max = headers.find(HeaderName.X_ENVOY_MAX_RETRIES);
    if (max >= 0 && headers.valueAsLong(max) >= 0) {
      remaining = (int) Math.min(Integer.MAX_VALUE, headers.valueAsLong(max));
    }
    int codes = headers.find(EnvoyHeaders.RETRIABLE_STATUS_CODES);
    if (codes >= 0) {
      moreStatusCodes = numbers(headers.value(codes));
    }
    int names = headers.find(EnvoyHeaders.RETRIABLE_HEADER_NAMES);
    if (names >= 0) {
      moreHeaders = names(headers.value(names));
    }
  }

  private boolean retriable(HeaderMap headers) {
    List<HeaderMatcher> wanted = policy.retriableRequestHeaders();
    for (int i = 0; i < wanted.size(); i++) {
      if (wanted.get(i).matches(headers)) {
        return true;
      }
    }
    return wanted.isEmpty();
  }

  private static List<HeaderName> names(String list) {
    var names = new ArrayList<HeaderName>();
    for (String name : list.split(",", -1)) {
      names.add(HeaderName.of(name.strip()));
    }
    return names;
  }

  private static int[] numbers(String list) {
    String[] parts = list.split(",", -1);
    int[] numbers = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        numbers[i] = Integer.parseInt(parts[i].strip());
      } catch (NumberFormatException _) {
        numbers[i] = -1;
      }
    }
    return numbers;
  }

  /** Whether the body must be kept for a retry. */
  boolean enabled() {
    return conditions != 0;
  }

  RetryPolicy policy() {
    return policy;
  }

  // ---- the questions

  Outcome onHeaders(HeaderMap headers) {
    boolean wanted = wouldRetry(headers);
    if (wanted) {
      askedDelayMillis = resetDelay(headers);
    }
    return decide(wanted);
  }

  boolean wouldRetry(HeaderMap headers) {
    if (headers.contains(EnvoyHeaders.RATE_LIMITED)) {
      return on(RetryConditions.ENVOY_RATE_LIMITED);
    }
    int status = (int) headers.valueAsLong(headers.find(HeaderName.STATUS));
    if (on(RetryConditions.ON_5XX) && status >= 500 && status < 600
        || on(RetryConditions.GATEWAY_ERROR) && status >= 502 && status <= 504
        || on(RetryConditions.RETRIABLE_4XX) && status == 409) {
      return true;
    }
    if (on(RetryConditions.RETRIABLE_STATUS_CODES)
        && (contains(policy.retriableStatusCodes(), status)
            || moreStatusCodes != null && contains(moreStatusCodes, status))) {
      return true;
    }
    if (on(RetryConditions.RETRIABLE_HEADERS) && headerAsks(headers)) {
      return true;
    }
    return conditions >>> GRPC_SHIFT != 0 && grpcAsks(headers);
  }

  private boolean headerAsks(HeaderMap headers) {
    for (HeaderMatcher matcher : policy.retriableHeaders()) {
      if (matcher.matches(headers)) {
        return true;
      }
    }
    if (moreHeaders != null) {
      for (HeaderName name : moreHeaders) {
        if (headers.contains(name)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean grpcAsks(HeaderMap headers) {
    int entry = headers.find(HeaderName.GRPC_STATUS);
    int condition =
        switch (entry < 0 ? -1 : (int) headers.valueAsLong(entry)) {
          case 1 -> RetryConditions.GRPC_CANCELLED;
          case 4 -> RetryConditions.GRPC_DEADLINE_EXCEEDED;
          case 8 -> RetryConditions.GRPC_RESOURCE_EXHAUSTED;
          case 13 -> RetryConditions.GRPC_INTERNAL;
          case 14 -> RetryConditions.GRPC_UNAVAILABLE;
          default -> 0;
        };
    return on(condition);
  }

  /**
   * @param requestStarted whether bytes of the request went upstream
   */
  Outcome onReset(StreamResetReason reason, boolean requestStarted) {
    return decide(wouldRetry(reason, requestStarted));
  }

  private boolean wouldRetry(StreamResetReason reason, boolean requestStarted) {
    boolean connectFailure =
        switch (reason) {
          case OVERFLOW -> false;
          case LOCAL_CONNECTION_FAILURE, REMOTE_CONNECTION_FAILURE, CONNECTION_TIMEOUT -> true;
          default -> false;
        };
    if (reason == StreamResetReason.OVERFLOW) {
      return false;
    }
    return on(RetryConditions.RESET | RetryConditions.ON_5XX | RetryConditions.GATEWAY_ERROR)
        || connectFailure && on(RetryConditions.CONNECT_FAILURE)
        || !requestStarted && on(RetryConditions.RESET_BEFORE_REQUEST)
        || reason == StreamResetReason.REMOTE_REFUSED_STREAM_RESET
            && on(RetryConditions.REFUSED_STREAM);
  }

  /** A try that runs is joined by another one. */
  Outcome onHedge() {
    return decide(true);
  }

  private boolean on(int condition) {
    return (conditions & condition) != 0;
  }

  private static boolean contains(int[] codes, int status) {
    for (int code : codes) {
      if (code == status) {
        return true;
      }
    }
    return false;
  }

  // ---- the decision

  private Outcome decide(boolean wanted) {
    if (retried && !wanted) {
      cluster.stats().rqRetrySuccess.inc();
      if (virtual != null) {
        virtual.retrySuccess.inc();
      }
    }
    release();
    if (!wanted) {
      return Outcome.NO;
    }
    if (remaining == 0) {
      cluster.stats().rqRetryLimit.inc();
      if (virtual != null) {
        virtual.retryLimitExceeded.inc();
      }
      return Outcome.LIMIT_EXCEEDED;
    }
    remaining--;
    if (!breakers.canCreate(Resource.RETRIES)) {
      cluster.stats().rqRetryOverflow.inc();
      if (virtual != null) {
        virtual.retryOverflow.inc();
      }
      return Outcome.OVERFLOW;
    }
    breakers.inc(Resource.RETRIES);
    cluster.stats().rqRetry.inc();
    if (virtual != null) {
      virtual.retry.inc();
    }
    scheduled = true;
    retried = true;
    if (timer == null) {
      timer = worker.newTimer(this::onTimer);
    }
    timer.arm(delay());
    return Outcome.YES;
  }

  private void onTimer() {
    if (scheduled) {
      retry.run();
    }
  }

  private long delay() {
    if (askedDelayMillis > 1) {
      cluster.stats().rqRetryRateLimited.inc();
      long asked = askedDelayMillis;
      askedDelayMillis = 0;
      return asked + worker.random().nextLong(Math.max(1, asked / 2));
    }
    cluster.stats().rqRetryExponential.inc();
    if (nextInterval == 0) {
      nextInterval = policy.baseIntervalMillis();
    }
    long interval = nextInterval;
    nextInterval =
        nextInterval < policy.maxIntervalMillis() / 2
            ? nextInterval * 2
            : policy.maxIntervalMillis();
    return worker.random().nextLong(Math.max(1, interval));
  }

  private long resetDelay(HeaderMap headers) {
    for (RetryPolicy.ResetHeader header : policy.resetHeaders()) {
      int entry = headers.find(header.name());
      long value = entry < 0 ? -1 : headers.valueAsLong(entry);
      if (value < 0 || value > MAX_DELAY_SECONDS) {
        continue;
      }
      long millis = header.timestamp() ? value * 1_000 - worker.wallMillis() : value * 1_000;
      if (millis > 0 && millis <= policy.resetMaxMillis()) {
        return millis;
      }
    }
    return 0;
  }

  /** No retry is waiting any more; its place among the retries is free. */
  private void release() {
    if (scheduled) {
      scheduled = false;
      breakers.dec(Resource.RETRIES);
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  /** The request is over. */
  void close() {
    release();
  }
}
