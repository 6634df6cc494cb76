package io.weir.proxy.router;

import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFeedback;
import io.weir.proxy.cluster.HostMonitor;
import io.weir.proxy.cluster.HostStats.Kind;
import io.weir.proxy.upstream.ActiveCluster;
import org.jspecify.annotations.Nullable;

/** Counts outcomes of requests for cluster, host, virtual cluster and outlier detection. */
final class UpstreamCharges {
  private final ActiveCluster cluster;
  private final int worker;
  private final boolean dynamicStats;
  private final boolean internal;
  private final @Nullable String virtualHost;
  private final @Nullable String virtualCluster;
  private final @Nullable VirtualClusterStats virtualClusterStats;
  private final @Nullable String altStatName;

  /**
   * @param virtualCluster null when the request belongs to none
   * @param altStatName another name to count under, null for none
   */
  UpstreamCharges(
      ActiveCluster cluster,
      int worker,
      boolean dynamicStats,
      boolean internal,
      @Nullable String virtualHost,
      @Nullable String virtualCluster,
      @Nullable VirtualClusterStats virtualClusterStats,
      @Nullable String altStatName) {
    this.cluster = cluster;
    this.worker = worker;
    this.dynamicStats = dynamicStats;
    this.internal = internal;
    this.virtualHost = virtualHost;
    this.virtualCluster = virtualCluster;
    this.virtualClusterStats = virtualClusterStats;
    this.altStatName = altStatName;
  }

  /** Null when the request belongs to no virtual cluster. */
  @Nullable VirtualClusterStats virtualCluster() {
    return virtualClusterStats;
  }

  static boolean isInternal(HeaderMap headers) {
    return headers.valueEquals(HeaderName.X_ENVOY_INTERNAL, "true");
  }

  /** Counts a response code. */
  void code(int code, @Nullable Host host, boolean canary) {
    if (dynamicStats) {
      ClusterStats stats = cluster.stats();
      stats.codes("").charge(code);
      stats.codes(internal ? "internal." : "external.").charge(code);
      if (canary) {
        stats.codes("canary.").charge(code);
      }
      if (altStatName != null) {
        stats.codes(altStatName + ".").charge(code);
      }
      String zones = host == null ? "" : cluster.zonePrefix(host);
      if (!zones.isEmpty()) {
        stats.codes(zones).charge(code);
      }
      if (virtualCluster != null) {
        cluster.virtualClusterCodes(virtualHost, virtualCluster).charge(code);
      }
    }
    if (host != null && code / 100 == 5) {
      host.stats().inc(worker, Kind.RQ_ERROR);
    }
  }

  /** Counts the code of a response that is not used because the request is tried again. */
  void retried(int code) {
    if (dynamicStats) {
      cluster.stats().codes("retry.").charge(code);
    }
  }

  void time(long millis) {
    if (dynamicStats) {
      cluster.stats().rqTime.record(millis);
      (internal ? cluster.stats().internalRqTime : cluster.stats().externalRqTime).record(millis);
      if (virtualClusterStats != null) {
        virtualClusterStats.time(millis);
      }
    }
  }

  static void outlierCode(Host host, int code) {
    HostMonitor monitor = host.monitor();
    if (monitor != null) {
      monitor.putResponseCode(code);
    }
  }

  static void outlier(Host host, HostMonitor.Result result, int code) {
    HostMonitor monitor = host.monitor();
    if (monitor != null) {
      monitor.putResult(result, code);
    }
  }

  static void responseTime(Host host, long millis) {
    HostMonitor monitor = host.monitor();
    if (monitor != null) {
      monitor.putResponseTime(millis);
    }
  }

  /** Tells the balancing policy how a host answered. */
  static void answered(
      UpstreamRequest request, int status, int grpcStatus, HeaderMap headers, Worker worker) {
    HostFeedback feedback = request.host().feedback();
    if (feedback != null) {
      feedback.onHeaders(
          worker.index(), worker.nanoTime(), request.elapsedNanos(), status, grpcStatus, headers);
    }
  }

  static void answerEnded(
      UpstreamRequest request, int grpcStatus, HeaderMap trailers, Worker worker) {
    HostFeedback feedback = request.host().feedback();
    if (feedback != null) {
      feedback.onTrailers(worker.index(), worker.nanoTime(), grpcStatus, trailers);
    }
  }

  /** Tells the balancing policy that a host did not answer. */
  static void unanswered(UpstreamRequest request, Worker worker) {
    HostFeedback feedback = request.host().feedback();
    if (feedback != null) {
      feedback.onFailure(worker.index(), worker.nanoTime(), request.elapsedNanos());
    }
  }

  /** The metadata of the cluster goes into the stream's facts. */
  static void noteCluster(StreamInfo info, ActiveCluster cluster) {
    info.setUpstreamCluster(cluster.name(), cluster.metadata());
  }
}
