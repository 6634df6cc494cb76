package io.weir.proxy.cluster;

import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import io.weir.filter.Stats.HistogramUnit;
import io.weir.filter.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code track_cluster_stats} asks for: sizes of requests and responses, and how much of their
 * timeouts they take. Belongs to one worker.
 */
public final class TrackedStats {
  /** A share of 1 as it is recorded in a histogram of {@link HistogramUnit#PERCENT}. */
  private static final long WHOLE = 1_000_000;

  private final @Nullable Budgets budgets;
  private final @Nullable Sizes sizes;

  private record Budgets(Histogram whole, Histogram perTry) {}

  private record Sizes(
      Histogram requestHeaders,
      Histogram requestHeaderCount,
      Histogram requestBody,
      Histogram responseHeaders,
      Histogram responseHeaderCount,
      Histogram responseBody) {}

  TrackedStats(Stats stats, String prefix, boolean budgets, boolean sizes) {
    this.budgets =
        budgets
            ? new Budgets(
                percent(stats, prefix, "upstream_rq_timeout_budget_percent_used"),
                percent(stats, prefix, "upstream_rq_timeout_budget_per_try_percent_used"))
            : null;
    this.sizes =
        sizes
            ? new Sizes(
                bytes(stats, prefix, "upstream_rq_headers_size"),
                count(stats, prefix, "upstream_rq_headers_count"),
                bytes(stats, prefix, "upstream_rq_body_size"),
                bytes(stats, prefix, "upstream_rs_headers_size"),
                count(stats, prefix, "upstream_rs_headers_count"),
                bytes(stats, prefix, "upstream_rs_body_size"))
            : null;
  }

  private static Histogram percent(Stats stats, String prefix, String name) {
    return stats.histogram(prefix, name, HistogramUnit.PERCENT);
  }

  private static Histogram bytes(Stats stats, String prefix, String name) {
    return stats.histogram(prefix, name, HistogramUnit.BYTES);
  }

  private static Histogram count(Stats stats, String prefix, String name) {
    return stats.histogram(prefix, name, HistogramUnit.UNSPECIFIED);
  }

  /**
   * A request has ended.
   *
   * @param timeoutMillis 0 for none, of which nothing is ever taken
   */
  public void onRequest(long millis, long timeoutMillis) {
    if (budgets != null) {
      budgets.whole.record(share(millis, timeoutMillis));
    }
  }

  /** A try has ended. */
  public void onTry(long millis, long timeoutMillis) {
    if (budgets != null) {
      budgets.perTry.record(share(millis, timeoutMillis));
    }
  }

  private static long share(long millis, long timeoutMillis) {
    return timeoutMillis == 0 ? 0 : millis * WHOLE / timeoutMillis;
  }

  /** The request of a try that has ended. */
  public void onRequestSize(HeaderMap headers, long bodyBytes) {
    if (sizes != null) {
      sizes.requestHeaders.record(headers.byteLength());
      sizes.requestHeaderCount.record(headers.size());
      sizes.requestBody.record(bodyBytes);
    }
  }

  public void onResponseHeaders(HeaderMap headers) {
    if (sizes != null) {
      sizes.responseHeaders.record(headers.byteLength());
      sizes.responseHeaderCount.record(headers.size());
    }
  }

  public void onResponseBody(long bytes) {
    if (sizes != null) {
      sizes.responseBody.record(bytes);
    }
  }
}
