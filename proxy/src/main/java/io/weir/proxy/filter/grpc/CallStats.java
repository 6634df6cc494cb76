package io.weir.proxy.filter.grpc;

import io.weir.filter.Stats.HistogramUnit;
import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.RouteInfo;
import io.weir.proxy.cluster.WorkerCluster;
import io.weir.proxy.cluster.WorkerClusters;
import org.jspecify.annotations.Nullable;

/** The statistics {@code cluster.NAME.grpc[-web].[SERVICE.METHOD.]*} of calls. */
public final class CallStats {
  private final Worker worker;
  private final String prefix;

  private CallStats(Worker worker, String prefix) {
    this.worker = worker;
    this.prefix = prefix;
  }

  /**
   * @param kind {@code grpc} or {@code grpc-web}
   * @param method null to count all methods together
   * @return null when the route leads to no cluster
   */
  public static @Nullable CallStats of(
      HttpFilterCallbacks callbacks, String kind, @Nullable GrpcMethod method, boolean dotless) {
    RouteInfo route = callbacks.route();
    String cluster = route == null ? null : route.clusterName();
    if (cluster == null || !(callbacks.worker().clusters() instanceof WorkerClusters clusters)) {
      return null;
    }
    WorkerCluster found = clusters.find(cluster);
    if (found == null) {
      return null;
    }
    String of = "";
    if (method != null) {
      String service = dotless ? method.service().replace('.', '_') : method.service();
      of = service + "." + method.method() + ".";
    }
    return new CallStats(callbacks.worker(), found.statPrefix() + kind + "." + of);
  }

  /**
   * @param status of the response; null when it had none
   */
  public void charge(@Nullable String status) {
    if (status == null) {
      return;
    }
    if (isNumber(status)) {
      add(status, 1);
    }
    add(status.equals("0") ? "success" : "failure", 1);
    add("total", 1);
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() < 4;
  }

  public void add(String name, long amount) {
    if (amount > 0) {
      worker.stats().counter(prefix, name).add(amount);
    }
  }

  public void upstreamTime(long millis) {
    worker.stats().histogram(prefix, "upstream_rq_time", HistogramUnit.MILLISECONDS).record(millis);
  }
}
