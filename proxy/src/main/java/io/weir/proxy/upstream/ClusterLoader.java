package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.weir.filter.Problems;
import io.weir.filter.Stats;
import io.weir.filter.WorkerSet;
import io.weir.proxy.cluster.AddressOrder;
import io.weir.proxy.cluster.CircuitBreakers;
import io.weir.proxy.cluster.CircuitBreakers.Resource;
import io.weir.proxy.cluster.ClusterConfig;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.cluster.LocalZone;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.loadbalancer.LoadBalancerLoader;
import io.weir.proxy.tls.UpstreamTransports;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Loads {@code envoy.config.cluster.v3.Cluster}. */
final class ClusterLoader {
  private static final long DEFAULT_CONNECT = 5_000;
  private static final long DEFAULT_BUFFER = 1 << 20;
  private static final long[] DEFAULT_LIMITS = {1024, 1024, 1024, 3, Long.MAX_VALUE};

  private final LoadBalancerLoader policies;
  private final WorkerSet workers;
  private final Stats stats;
  private final DnsResolver resolver;

  ClusterLoader(WorkerSet workers, Stats stats, DnsResolver resolver, LocalZone zone) {
    this.policies = new LoadBalancerLoader(zone);
    this.workers = workers;
    this.stats = stats;
    this.resolver = resolver;
  }

  @Nullable UpstreamCluster load(Cluster given, LoadContext context) {
    Problems problems = context.problems();
    int before = problems.count();
    var wrapper = ProxyHeaderLoader.find(given, context);
    if (problems.count() > before) {
      return null;
    }
    Cluster message = wrapper == null ? given : ProxyHeaderLoader.unwrap(given, wrapper);
    LoadBalancerPolicy policy = policies.load(message, context);
    HttpOptions http = HttpOptions.load(message, context);
    String statName =
        message.getAltStatName().isEmpty() ? message.getName() : message.getAltStatName();
    UpstreamTransports transports =
        UpstreamTransports.load(
            message.hasTransportSocket() ? message.getTransportSocket() : null,
            message.getTransportSocketMatchesList(),
            "cluster." + statName + ".",
            context);
    if (policy == null || problems.count() > before) {
      // Problems of discovery are of interest too.
      DiscoveryLoader.load(message, "cluster." + statName + ".", stats, resolver, context);
      return null;
    }
    var config =
        new ClusterConfig(
            message.getName(),
            statName,
            ProtoValues.of(message.getMetadata()),
            message.hasConnectTimeout() ? Millis.of(message.getConnectTimeout()) : DEFAULT_CONNECT,
            message.hasPerConnectionBufferLimitBytes()
                ? message.getPerConnectionBufferLimitBytes().getValue() & 0xffffffffL
                : DEFAULT_BUFFER,
            http.protocols(),
            http.idleMillis(),
            http.maxConnectionMillis(),
            http.maxStreamMillis(),
            http.maxRequests(),
            http.tcpIdleMillis(),
            keepAlive(message),
            message.hasUpstreamBindConfig()
                ? SourceAddresses.load(
                    message.getUpstreamBindConfig(), problems.at("upstream_bind_config"))
                : SourceAddresses.load(
                    context.clusterManager().getUpstreamBindConfig(),
                    problems.at("upstream_bind_config")),
            addressOrder(message),
            wrapper == null ? null : ProxyHeaderLoader.header(wrapper),
            message.getPreconnectPolicy().hasPerUpstreamPreconnectRatio()
                ? message.getPreconnectPolicy().getPerUpstreamPreconnectRatio().getValue()
                : 1,
            message.getPreconnectPolicy().hasPredictivePreconnectRatio()
                ? message.getPreconnectPolicy().getPredictivePreconnectRatio().getValue()
                : 1,
            message.getConnectionPoolPerDownstreamConnection(),
            message.getCloseConnectionsOnHostHealthFailure(),
            message.getCommonLbConfig().getCloseConnectionsOnHostSetChange(),
            message.getTrackTimeoutBudgets() || message.getTrackClusterStats().getTimeoutBudgets(),
            message.getTrackClusterStats().getRequestResponseSizes(),
            policy,
            commonLb(message),
            http.http1(),
            http.http2(),
            context.runtime(),
            http.filters(),
            http.naming());
    checkProtocols(message, config, problems);
    Discovery discovery =
        DiscoveryLoader.load(message, config.statPrefix(), stats, resolver, context);
    if (discovery == null || problems.count() > before) {
      return null;
    }
    var cluster =
        new UpstreamCluster(
            config,
            discovery,
            breakers(message, config, context.runtime()),
            transports,
            workers.all().size(),
            System::nanoTime,
            context.control(),
            stats);
    if (discovery instanceof DnsDiscovery
        && message.hasWaitForWarmOnInit()
        && !message.getWaitForWarmOnInit().getValue()) {
      cluster.doNotWait();
    }
    context.onClose(cluster::close);
    HealthCheckSettings checks = healthChecks(message, problems);
    HealthEvents events = checks == null ? null : healthEvents(message, context);
    if (problems.count() > before) {
      return null;
    }
    if (!context.workers().all().isEmpty()) {
      watch(cluster, message, checks, events, context);
      context.awaitBeforeUse(cluster.ready(), "hosts of cluster " + message.getName());
      cluster.start();
    }
    return cluster;
  }

  /** What fits no protocol that the cluster speaks. */
  private static void checkProtocols(Cluster message, ClusterConfig config, Problems problems) {
    boolean http2 = config.protocols() == ClusterConfig.Protocols.HTTP2;
    if (message.getHealthChecksCount() > 0
        && message.getHealthChecks(0).hasGrpcHealthCheck()
        && !http2
        && config.protocols() != ClusterConfig.Protocols.DOWNSTREAM) {
      problems.add(
          "health_checks[0].grpc_health_check",
          "the cluster does not speak HTTP/2",
          "set explicit_http_config.http2_protocol_options");
    }
    if (message.getLbPolicy() == Cluster.LbPolicy.CLUSTER_PROVIDED
        && !message.hasLoadBalancingPolicy()
        && !message.hasClusterType()
        && message.getType() != Cluster.DiscoveryType.ORIGINAL_DST) {
      problems.add(
          "lb_policy",
          "CLUSTER_PROVIDED, but a cluster of type " + message.getType() + " provides none",
          "set another lb_policy");
    }
    if (config.protocols() == ClusterConfig.Protocols.AUTO
        && (!message.hasTransportSocket()
            || message.getTransportSocket().getName().endsWith("raw_buffer"))) {
      problems.add(
          "typed_extension_protocol_options",
          "auto_config needs a transport socket that negotiates the protocol",
          "set a TLS transport_socket, or use explicit_http_config");
    }
  }

  private static @Nullable HealthCheckSettings healthChecks(Cluster message, Problems problems) {
    if (message.getHealthChecksCount() == 0) {
      return null;
    }
    if (message.getHealthChecksCount() > 1) {
      problems.add("health_checks", "a cluster has one health check at most", "remove the others");
    }
    return HealthCheckLoader.load(message.getHealthChecks(0), problems.at("health_checks[0]"));
  }

  private void watch(
      UpstreamCluster cluster,
      Cluster message,
      @Nullable HealthCheckSettings checks,
      @Nullable HealthEvents events,
      LoadContext context) {
    if (message.hasOutlierDetection()) {
      cluster.addWatcher(
          new OutlierDetector(
              OutlierSettings.of(message.getOutlierDetection(), context.runtime()),
              cluster,
              context.control(),
              System::nanoTime,
              new java.util.SplittableRandom(),
              ejectionEvents(message, context),
              stats));
    }
    if (checks != null) {
      cluster.addWatcher(
          new HealthChecker(
              checks,
              cluster,
              context.control(),
              workers.all(),
              cluster.config().commonLb().ignoreNewHostsUntilFirstCheck(),
              events,
              stats));
    }
  }

  private static @Nullable HealthEvents healthEvents(Cluster message, LoadContext context) {
    var check = message.getHealthChecks(0);
    List<EventLog> logs = HealthCheckLoader.logs(check, context.at("health_checks[0]"));
    if (logs.isEmpty()) {
      return null;
    }
    return new HealthEvents(
        logs,
        switch (check.getHealthCheckerCase()) {
          case TCP_HEALTH_CHECK -> "TCP";
          case GRPC_HEALTH_CHECK -> "GRPC";
          default -> "HTTP";
        },
        message.getName(),
        check.getAlwaysLogHealthCheckFailures(),
        check.getAlwaysLogHealthCheckSuccess());
  }

  private static @Nullable EjectionEvents ejectionEvents(Cluster message, LoadContext context) {
    String path = context.clusterManager().getOutlierDetection().getEventLogPath();
    return path.isEmpty()
        ? null
        : new EjectionEvents(EventLog.of(path, context), message.getName());
  }

  private static AddressOrder addressOrder(Cluster message) {
    if (!message.getUpstreamConnectionOptions().hasHappyEyeballsConfig()) {
      return AddressOrder.DEFAULT;
    }
    var config = message.getUpstreamConnectionOptions().getHappyEyeballsConfig();
    return new AddressOrder(
        switch (config.getFirstAddressFamilyVersion()) {
          case V4 -> AddressOrder.First.V4;
          case V6 -> AddressOrder.First.V6;
          case DEFAULT, UNRECOGNIZED -> AddressOrder.First.AS_GIVEN;
        },
        config.hasFirstAddressFamilyCount() ? config.getFirstAddressFamilyCount().getValue() : 1);
  }

  private static ClusterConfig.@Nullable KeepAlive keepAlive(Cluster message) {
    if (!message.getUpstreamConnectionOptions().hasTcpKeepalive()) {
      return null;
    }
    var keepAlive = message.getUpstreamConnectionOptions().getTcpKeepalive();
    return new ClusterConfig.KeepAlive(
        keepAlive.getKeepaliveProbes().getValue(),
        keepAlive.getKeepaliveTime().getValue(),
        keepAlive.getKeepaliveInterval().getValue());
  }

  private static ClusterConfig.CommonLb commonLb(Cluster message) {
    var common = message.getCommonLbConfig();
    return new ClusterConfig.CommonLb(
        common.hasHealthyPanicThreshold() ? common.getHealthyPanicThreshold().getValue() : 50,
        common.hasLocalityWeightedLbConfig(),
        common.getIgnoreNewHostsUntilFirstHc(),
        message.getIgnoreHealthOnHostRemoval());
  }

  private CircuitBreakers[] breakers(Cluster message, ClusterConfig config, Runtime runtime) {
    return new CircuitBreakers[] {
      breaker(message, RoutingPriority.DEFAULT, config, runtime),
      breaker(message, RoutingPriority.HIGH, config, runtime)
    };
  }

  private static CircuitBreakers breaker(
      Cluster message, RoutingPriority priority, ClusterConfig config, Runtime runtime) {
    Thresholds thresholds = Thresholds.getDefaultInstance();
    for (Thresholds each : message.getCircuitBreakers().getThresholdsList()) {
      if (each.getPriority() == priority) {
        thresholds = each;
      }
    }
    String name = priority == RoutingPriority.HIGH ? "high" : "default";
    var limits = new LongSupplier[DEFAULT_LIMITS.length];
    for (Resource resource : Resource.values()) {
      int i = resource.ordinal();
      long max = limit(thresholds, resource);
      String key = "circuit_breakers." + config.name() + "." + name + "." + resource.field();
      limits[i] = runtime == Runtime.EMPTY ? () -> max : () -> runtime.integer(key, max);
    }
    CircuitBreakers.RetryBudget budget = null;
    if (thresholds.hasRetryBudget()) {
      var given = thresholds.getRetryBudget();
      budget =
          new CircuitBreakers.RetryBudget(
              given.hasBudgetPercent() ? given.getBudgetPercent().getValue() : 20,
              given.hasMinRetryConcurrency() ? given.getMinRetryConcurrency().getValue() : 3);
    }
    return new CircuitBreakers(
        limits,
        budget,
        thresholds.getTrackRemaining(),
        perHost(message, priority),
        config.statPrefix() + "circuit_breakers." + name + ".");
  }

  private static long perHost(Cluster message, RoutingPriority priority) {
    for (Thresholds each : message.getCircuitBreakers().getPerHostThresholdsList()) {
      if (each.getPriority() == priority && each.hasMaxConnections()) {
        return Integer.toUnsignedLong(each.getMaxConnections().getValue());
      }
    }
    return Long.MAX_VALUE;
  }

  private static long limit(Thresholds thresholds, Resource resource) {
    var field = Thresholds.getDescriptor().findFieldByName(resource.field());
    return thresholds.hasField(field)
        ? ((com.google.protobuf.UInt32Value) thresholds.getField(field)).getValue() & 0xffffffffL
        : DEFAULT_LIMITS[resource.ordinal()];
  }
}
