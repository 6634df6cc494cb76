package io.weir.proxy.loadbalancer;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.cluster.HostFeedback;
import java.util.Arrays;

/**
 * A host's latency as an average that jumps up at once and falls slowly ("peak EWMA"), and falls
 * towards zero while the host is not asked, so that it is tried again. An answer that says "not
 * now" counts as a slow one. Each worker has its own estimate. Times are nanoseconds.
 */
final class LatencyEstimate implements HostFeedback {
  private static final HeaderName RETRY_AFTER = HeaderName.of("retry-after");
  private static final HeaderName PUSHBACK = HeaderName.of("grpc-retry-pushback-ms");
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;
  // gRPC: UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE, DATA_LOSS.
  private static final long BAD_GRPC = 1 << 2 | 1 << 4 | 1 << 8 | 1 << 13 | 1 << 14 | 1 << 15;
  // Estimates of two workers do not share a cache line.
  private static final int STRIDE = 8;

  private final PeakEwma.Settings settings;
  private final double[] averages;
  private final long[] stamps;

  /**
   * @param now when the host was made
   */
  LatencyEstimate(PeakEwma.Settings settings, int workers, long now) {
    this.settings = settings;
    this.averages = new double[workers * STRIDE];
    this.stamps = new long[workers * STRIDE];
    Arrays.fill(averages, settings.defaultNanos());
    Arrays.fill(stamps, now);
  }

  /** The estimate now. */
  double at(int worker, long now) {
    int i = worker * STRIDE;
    return Math.max(averages[i] * decay(now - stamps[i]), settings.floorNanos());
  }

  private double decay(long elapsed) {
    return elapsed <= 0 ? 1 : Math.exp(-(double) elapsed / settings.decayNanos());
  }

  private void record(int worker, long now, double sample) {
    int i = worker * STRIDE;
    double old = averages[i];
    if (sample >= old) {
      averages[i] = sample;
    } else {
      double kept = decay(now - stamps[i]);
      averages[i] = old * kept + sample * (1 - kept);
    }
    stamps[i] = now;
  }

  @Override
  public void onHeaders(
      int worker, long now, long latency, int status, int grpcStatus, HeaderMap headers) {
    boolean bad = grpcStatus < 0 ? status == 429 || status >= 500 : badGrpc(grpcStatus);
    record(worker, now, bad ? Math.max(latency, penalty(headers)) : latency);
  }

  @Override
  public void onTrailers(int worker, long now, int grpcStatus, HeaderMap trailers) {
    if (badGrpc(grpcStatus)) {
      record(worker, now, penalty(trailers));
    }
  }

  @Override
  public void onFailure(int worker, long now, long elapsed) {
    record(worker, now, Math.max(elapsed, settings.penaltyNanos()));
  }

  private static boolean badGrpc(int status) {
    return status >= 0 && status < 64 && (BAD_GRPC >>> status & 1) != 0;
  }

  /** For how long the host wants to be left alone, or a constant. */
  private double penalty(HeaderMap headers) {
    if (settings.penaltyNanos() == 0) {
      return 0;
    }
    int entry = headers.find(PUSHBACK);
    long unit = MILLI;
    if (entry < 0) {
      entry = headers.find(RETRY_AFTER);
      unit = SECOND;
    }
    long asked = entry < 0 ? -1 : headers.valueAsLong(entry);
    return asked < 0
        ? settings.penaltyNanos()
        : Math.min((double) asked * unit, settings.maxPenaltyNanos());
  }
}
