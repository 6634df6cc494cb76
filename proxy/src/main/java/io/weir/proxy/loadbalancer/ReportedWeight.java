package io.weir.proxy.loadbalancer;

import io.weir.filter.http.HeaderMap;
import io.weir.proxy.cluster.HostFeedback;
import java.util.List;

/**
 * A host's weight as its load reports say: requests a second over utilisation, less with errors.
 * Any worker writes, any reads; a weight and its time are one object. Times are nanoseconds.
 */
final class ReportedWeight implements HostFeedback {
  /**
   * Settings of {@code ClientSideWeightedRoundRobin}.
   *
   * @param metricNames utilisation is the greatest of these where the application reports none
   */
  record Settings(
      long blackoutNanos,
      long expirationNanos,
      long updateNanos,
      double errorPenalty,
      List<String> metricNames) {
    Settings {
      metricNames = List.copyOf(metricNames);
    }
  }

  private record Weight(double value, long since, long updated) {}

  private static final Weight NONE = new Weight(0, 0, Long.MIN_VALUE);

  private final Settings settings;
  private volatile Weight weight = NONE;

  ReportedWeight(Settings settings) {
    this.settings = settings;
  }

  /** The weight, 0 while it must not be used. */
  double at(long now) {
    Weight last = weight;
    if (last == NONE || now - last.updated >= settings.expirationNanos) {
      return 0;
    }
    return now - last.since < settings.blackoutNanos ? 0 : last.value;
  }

  @Override
  public void onHeaders(
      int worker, long now, long latency, int status, int grpcStatus, HeaderMap headers) {
    report(now, headers);
  }

  @Override
  public void onTrailers(int worker, long now, int grpcStatus, HeaderMap trailers) {
    report(now, trailers);
  }

  @Override
  public void onFailure(int worker, long now, long elapsed) {}

  private void report(long now, HeaderMap headers) {
    LoadReport report = LoadReport.read(headers);
    if (report == null) {
      return;
    }
    double qps = report.metric("rps_fractional");
    double utilization = utilization(report);
    if (qps <= 0 || utilization <= 0) {
      return;
    }
    double cost = utilization + report.metric("eps") / qps * settings.errorPenalty;
    if (cost <= 0) {
      return;
    }
    Weight last = weight;
    boolean fresh = last == NONE || now - last.updated >= settings.expirationNanos;
    weight = new Weight(qps / cost, fresh ? now : last.since, now);
  }

  private double utilization(LoadReport report) {
    double application = report.metric("application_utilization");
    if (application > 0) {
      return application;
    }
    double most = 0;
    for (String name : settings.metricNames) {
      most = Math.max(most, report.metric(name));
    }
    return most > 0 ? most : report.metric("cpu_utilization");
  }
}
