package io.weir.controlplane.generate;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.type.v3.Percent;
import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.config.DestinationRule.ConnectionPool;
import io.weir.controlplane.config.DestinationRule.H2Upgrade;
import io.weir.controlplane.config.DestinationRule.HttpSettings;
import io.weir.controlplane.config.DestinationRule.LoadBalancer;
import io.weir.controlplane.config.DestinationRule.OutlierDetection;
import io.weir.controlplane.config.DestinationRule.RetryBudget;
import io.weir.controlplane.config.DestinationRule.SimpleLb;
import io.weir.controlplane.config.DestinationRule.TcpSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Puts the blocks of a traffic policy into a cluster. */
final class TrafficPolicies {

  /** Istio's limits are off unless set; zero means unset. */
  private static final UInt32Value UNLIMITED = Messages.uint(-1);

  private TrafficPolicies() {}

  static void apply(Cluster.Builder cluster, UpstreamHttp http, EffectivePolicy policy) {
    connectionPool(cluster, http, policy.connectionPool(), policy.retryBudget());
    outlierDetection(cluster, policy.outlierDetection());
    LoadBalancers.apply(cluster, policy.loadBalancer());
  }

  /** Whether requests go where the client wanted to go, whatever the endpoints are. */
  static boolean passesThrough(EffectivePolicy policy) {
    LoadBalancer balancer = policy.loadBalancer();
    return balancer != null && balancer.simple() == SimpleLb.PASSTHROUGH;
  }

  /** The part of a policy that inbound clusters have too. */
  static void connectionPool(
      Cluster.Builder cluster,
      UpstreamHttp http,
      @Nullable ConnectionPool pool,
      @Nullable RetryBudget budget) {
    Thresholds.Builder limits =
        Thresholds.newBuilder()
            .setMaxConnections(UNLIMITED)
            .setMaxPendingRequests(UNLIMITED)
            .setMaxRequests(UNLIMITED)
            .setMaxRetries(UNLIMITED);
    if (pool != null && pool.http() != null) {
      http(limits, http, pool.http());
    }
    if (pool != null && pool.tcp() != null) {
      tcp(cluster, limits, http, pool.tcp());
    }
    if (budget != null) {
      Thresholds.RetryBudget.Builder shares =
          Thresholds.RetryBudget.newBuilder()
              .setBudgetPercent(
                  Percent.newBuilder().setValue(budget.percent() == null ? 20 : budget.percent()));
      if (budget.minRetryConcurrency() > 0) {
        shares.setMinRetryConcurrency(Messages.uint(budget.minRetryConcurrency()));
      }
      limits.setRetryBudget(shares).clearMaxRetries();
    }
    cluster.setCircuitBreakers(CircuitBreakers.newBuilder().addThresholds(limits));
  }

  private static void http(Thresholds.Builder limits, UpstreamHttp http, HttpSettings settings) {
    if (settings.http2MaxRequests() > 0) {
      limits.setMaxRequests(Messages.uint(settings.http2MaxRequests()));
    }
    if (settings.http1MaxPendingRequests() > 0) {
      limits.setMaxPendingRequests(Messages.uint(settings.http1MaxPendingRequests()));
    }
    if (settings.maxRetries() > 0) {
      limits.setMaxRetries(Messages.uint(settings.maxRetries()));
    }
    Duration idleTimeout = settings.idleTimeout();
    if (idleTimeout != null) {
      http.idleTimeout(idleTimeout);
    }
    if (settings.maxRequestsPerConnection() > 0) {
      http.maxRequestsPerConnection(settings.maxRequestsPerConnection());
    }
    if (settings.maxConcurrentStreams() > 0) {
      http.maxConcurrentStreams(settings.maxConcurrentStreams());
    }
  }

  private static void tcp(
      Cluster.Builder cluster, Thresholds.Builder limits, UpstreamHttp http, TcpSettings settings) {
    if (settings.maxConnections() > 0) {
      limits.setMaxConnections(Messages.uint(settings.maxConnections()));
    }
    Duration connectTimeout = settings.connectTimeout();
    if (connectTimeout != null) {
      cluster.setConnectTimeout(Messages.duration(connectTimeout));
    }
    Duration maxDuration = settings.maxConnectionDuration();
    if (maxDuration != null) {
      http.maxConnectionDuration(maxDuration);
    }
    // The timeout of HTTP, if any, was set before and wins.
    Duration idleTimeout = settings.idleTimeout();
    if (idleTimeout != null) {
      http.idleTimeout(idleTimeout);
    }
    keepalive(cluster, settings.tcpKeepalive());
  }

  /**
   * HTTP/2 where the rule or the mesh wants it. A rule's wish holds whatever the port's protocol:
   * who writes it knows that the endpoints speak HTTP.
   */
  static void upgrade(
      UpstreamHttp http, @Nullable ConnectionPool pool, boolean isHttp, boolean meshUpgrades) {
    HttpSettings settings = pool == null ? null : pool.http();
    if (settings != null && settings.useClientProtocol()) {
      http.useClientProtocol();
      return;
    }
    H2Upgrade own = settings == null ? null : settings.h2UpgradePolicy();
    boolean open = own == null || own == H2Upgrade.DEFAULT;
    if (own == H2Upgrade.UPGRADE || open && isHttp && meshUpgrades) {
      http.useHttp2();
    }
  }

  /** Keep-alive probes; single settings of a rule override the mesh's. */
  static void keepalive(Cluster.Builder cluster, DestinationRule.@Nullable TcpKeepalive settings) {
    if (settings == null) {
      return;
    }
    var keepalive = cluster.getUpstreamConnectionOptionsBuilder().getTcpKeepaliveBuilder();
    if (settings.probes() > 0) {
      keepalive.setKeepaliveProbes(Messages.uint(settings.probes()));
    }
    Duration time = settings.time();
    if (time != null) {
      keepalive.setKeepaliveTime(Messages.uint(time.toSeconds()));
    }
    Duration interval = settings.interval();
    if (interval != null) {
      keepalive.setKeepaliveInterval(Messages.uint(interval.toSeconds()));
    }
  }

  private static void outlierDetection(
      Cluster.Builder cluster, @Nullable OutlierDetection settings) {
    if (settings == null) {
      return;
    }
    var outlier =
        io.envoyproxy.envoy.config.cluster.v3.OutlierDetection.newBuilder()
            .setEnforcingSuccessRate(Messages.uint(0));
    Integer any5xx = settings.consecutive5xxErrors();
    if (any5xx != null) {
      outlier
          .setConsecutive5Xx(Messages.uint(any5xx))
          .setEnforcingConsecutive5Xx(Messages.uint(any5xx > 0 ? 100 : 0));
    }
    Integer gateway = settings.consecutiveGatewayErrors();
    if (gateway != null) {
      outlier
          .setConsecutiveGatewayFailure(Messages.uint(gateway))
          .setEnforcingConsecutiveGatewayFailure(Messages.uint(gateway > 0 ? 100 : 0));
    }
    Duration interval = settings.interval();
    if (interval != null) {
      outlier.setInterval(Messages.duration(interval));
    }
    Duration ejection = settings.baseEjectionTime();
    if (ejection != null) {
      outlier.setBaseEjectionTime(Messages.duration(ejection));
    }
    if (settings.maxEjectionPercent() > 0) {
      outlier.setMaxEjectionPercent(Messages.uint(settings.maxEjectionPercent()));
    }
    if (settings.splitExternalLocalOriginErrors()) {
      outlier.setSplitExternalLocalOriginErrors(true);
      Integer local = settings.consecutiveLocalOriginFailures();
      if (local != null && local > 0) {
        outlier
            .setConsecutiveLocalOriginFailure(Messages.uint(local))
            .setEnforcingConsecutiveLocalOriginFailure(Messages.uint(100));
      }
      outlier.setEnforcingLocalOriginSuccessRate(Messages.uint(0));
    }
    cluster.setOutlierDetection(outlier);
    cluster
        .getCommonLbConfigBuilder()
        .setHealthyPanicThreshold(Percent.newBuilder().setValue(settings.minHealthPercent()));
  }
}
