package io.weir.proxy.filter.healthcheck;

import io.weir.filter.ResponseFlag;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.proxy.cluster.HostFlag;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.WorkerCluster;
import io.weir.proxy.cluster.WorkerClusters;
import io.weir.proxy.matcher.HeaderMatcher;
import java.util.Map;

/** Recognises health checks and answers them itself, or lets the upstream answer. */
final class HealthCheckFilter implements HttpFilter {
  private static final HeaderName HEALTH_CHECKED_CLUSTER =
      HeaderName.of("x-envoy-upstream-healthchecked-cluster");
  private static final HeaderName IMMEDIATE_FAIL =
      HeaderName.of("x-envoy-immediate-health-check-fail");

  private static final String CLUSTERS_HEALTHY = "health_check_ok_cluster_healthy";

  private final HttpFilterCallbacks callbacks;
  private final HealthCheckFilterFactory.Settings settings;
  private boolean healthCheck;
  private boolean handling;

  HealthCheckFilter(HttpFilterCallbacks callbacks, HealthCheckFilterFactory.Settings settings) {
    this.callbacks = callbacks;
    this.settings = settings;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    if (!HeaderMatcher.matchesAll(settings.headers(), headers)) {
      return FilterHeadersStatus.CONTINUE;
    }
    healthCheck = true;
    callbacks.streamInfo().setHealthCheck(true);
    AnswerCache cache = settings.cache();
    handling =
        !settings.passThrough()
            || settings.failed().getAsBoolean()
            || cache != null && cache.status(callbacks.worker().nanoTime()) != 0;
    if (handling && endStream) {
      answer();
    }
    return handling ? FilterHeadersStatus.STOP_ITERATION : FilterHeadersStatus.CONTINUE;
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    if (!handling) {
      return FilterDataStatus.CONTINUE;
    }
    if (endStream) {
      answer();
    }
    return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    if (!handling) {
      return FilterTrailersStatus.CONTINUE;
    }
    answer();
    return FilterTrailersStatus.STOP_ITERATION;
  }

  private void answer() {
    int status = 200;
    String details = "health_check_ok";
    AnswerCache cache = settings.cache();
    if (settings.failed().getAsBoolean()) {
      status = 503;
      details = "health_check_failed";
    } else if (cache != null) {
      status = cache.status(callbacks.worker().nanoTime());
      status = status == 0 ? 503 : status;
      details = "health_check_cached";
    } else if (!settings.minHealthy().isEmpty()) {
      details = clusters();
      status = details.equals(CLUSTERS_HEALTHY) ? 200 : 503;
    }
    if (status != 200) {
      callbacks.streamInfo().setResponseFlag(ResponseFlag.FAILED_LOCAL_HEALTH_CHECK);
    }
    callbacks.sendLocalReply(LocalReply.of(status, "", details));
  }

  /** The details of an answer that depends on the health of clusters. */
  private String clusters() {
    for (Map.Entry<String, Double> entry : settings.minHealthy().entrySet()) {
      WorkerCluster cluster =
          callbacks.worker().clusters() instanceof WorkerClusters clusters
              ? clusters.find(entry.getKey())
              : null;
      if (cluster == null) {
        return "health_check_failed_no_cluster_found";
      }
      HostSets hosts = cluster.hosts();
      int usable = hosts.count(HostFlag.Health.HEALTHY) + hosts.count(HostFlag.Health.DEGRADED);
      double wanted = entry.getValue();
      if (hosts.size() == 0 && wanted > 0) {
        return "health_check_failed_cluster_empty";
      }
      if (100.0 * usable < hosts.size() * wanted) {
        return "health_check_failed_cluster_unhealthy";
      }
    }
    return CLUSTERS_HEALTHY;
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    if (healthCheck) {
      AnswerCache cache = settings.cache();
      int status = headers.find(HeaderName.STATUS);
      if (cache != null && !handling && status >= 0) {
        cache.put((int) headers.valueAsLong(status), callbacks.worker().nanoTime());
      }
      headers.set(HEALTH_CHECKED_CLUSTER, settings.localCluster());
    } else if (settings.failed().getAsBoolean()) {
      headers.set(IMMEDIATE_FAIL, "true");
    }
    return FilterHeadersStatus.CONTINUE;
  }
}
