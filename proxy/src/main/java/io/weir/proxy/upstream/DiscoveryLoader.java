package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.envoyproxy.envoy.type.metadata.v3.MetadataKey;
import io.weir.filter.Problems;
import io.weir.filter.Stats;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import org.jspecify.annotations.Nullable;

/** Makes the discovery that a cluster's type asks for. */
final class DiscoveryLoader {
  private static final long DNS_REFRESH = 5_000;
  private static final io.envoyproxy.envoy.extensions.clusters.aggregate.v3.ClusterConfig
      AGGREGATE =
          io.envoyproxy.envoy.extensions.clusters.aggregate.v3.ClusterConfig.getDefaultInstance();
  private static final io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3
          .ClusterConfig
      FORWARD =
          io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig
              .getDefaultInstance();

  private DiscoveryLoader() {}

  /**
   * Null when problems were reported.
   *
   * @param usual resolves names when nothing else is configured
   */
  @SuppressWarnings("deprecation")
  static @Nullable Discovery load(
      Cluster message, String statPrefix, Stats stats, DnsResolver usual, LoadContext context) {
    DnsResolver resolver =
        DnsResolvers.of(
            message.hasTypedDnsResolverConfig()
                ? message.getTypedDnsResolverConfig()
                : DnsResolvers.translated(
                    message.getDnsResolutionConfig(), message.getDnsResolversList()),
            usual,
            context);
    if (resolver == null) {
      return null;
    }
    if (message.hasClusterType()) {
      return custom(message, statPrefix, stats, resolver, context);
    }
    if (message.hasEdsClusterConfig() && message.getType() != Cluster.DiscoveryType.EDS) {
      context
          .problems()
          .add(
              "eds_cluster_config",
              "stands in a cluster of type " + message.getType(),
              "set type: EDS, or remove it");
      return null;
    }
    return switch (message.getType()) {
      case STATIC -> {
        Assignment assignment = assignment(message, false, context.problems());
        yield assignment == null ? null : new StaticDiscovery(assignment);
      }
      case STRICT_DNS -> dns(message, false, statPrefix, stats, resolver, context);
      case LOGICAL_DNS -> dns(message, true, statPrefix, stats, resolver, context);
      case EDS -> eds(message, statPrefix, stats, context);
      case ORIGINAL_DST -> originalDestination(message, context);
      case UNRECOGNIZED -> {
        context.problems().add("type", "unknown type", "");
        yield null;
      }
    };
  }

  private static @Nullable Assignment assignment(
      Cluster message, boolean names, Problems problems) {
    return message.hasLoadAssignment()
        ? AssignmentLoader.load(message.getLoadAssignment(), names, problems.at("load_assignment"))
        : Assignment.EMPTY;
  }

  private static @Nullable Discovery originalDestination(Cluster message, LoadContext context) {
    if (message.hasLoadAssignment()) {
      context
          .problems()
          .add("load_assignment", "a cluster of type ORIGINAL_DST lists no endpoints", "remove it");
      return null;
    }
    if (message.getLbPolicy() != Cluster.LbPolicy.CLUSTER_PROVIDED
        && !message.hasLoadBalancingPolicy()) {
      context
          .problems()
          .add(
              "lb_policy",
              "must be CLUSTER_PROVIDED for a cluster of type ORIGINAL_DST",
              "set lb_policy: CLUSTER_PROVIDED");
      return null;
    }
    var config = message.getOriginalDstLbConfig();
    HeaderName header =
        config.getUseHttpHeader()
            ? HeaderName.of(
                config.getHttpHeaderName().isEmpty()
                    ? "x-envoy-original-dst-host"
                    : config.getHttpHeaderName())
            : null;
    return new RequestedDiscovery(
        new OriginalDestinations(
            header,
            config.getMetadataKey().getKey(),
            config.getMetadataKey().getPathList().stream()
                .map(MetadataKey.PathSegment::getKey)
                .toList(),
            config.getUpstreamPortOverride().getValue(),
            message.hasCleanupInterval() ? Millis.of(message.getCleanupInterval()) : 5_000));
  }

  private static @Nullable Discovery eds(
      Cluster message, String statPrefix, Stats stats, LoadContext context) {
    if (!message.hasEdsClusterConfig()) {
      context.problems().add("eds_cluster_config", "an EDS cluster needs it", "");
      return null;
    }
    var eds = message.getEdsClusterConfig();
    return new EdsDiscovery(
        eds.getEdsConfig(),
        eds.getServiceName().isEmpty() ? message.getName() : eds.getServiceName(),
        statPrefix,
        stats,
        context.at("eds_cluster_config.eds_config"));
  }

  private static DnsDiscovery.DnsStats dnsStats(Stats stats, String prefix) {
    return new DnsDiscovery.DnsStats(
        stats.counter(prefix, "update_attempt"),
        stats.counter(prefix, "update_success"),
        stats.counter(prefix, "update_failure"),
        stats.counter(prefix, "update_no_rebuild"));
  }

  @SuppressWarnings("deprecation")
  private static @Nullable Discovery dns(
      Cluster message,
      boolean logical,
      String statPrefix,
      Stats stats,
      DnsResolver resolver,
      LoadContext context) {
    Assignment assignment = assignment(message, true, context.problems());
    if (assignment == null || !countIsRight(assignment, logical, context.problems())) {
      return null;
    }
    long refresh =
        message.hasDnsRefreshRate() ? Millis.of(message.getDnsRefreshRate()) : DNS_REFRESH;
    var failure = message.getDnsFailureRefreshRate();
    boolean backsOff = message.hasDnsFailureRefreshRate();
    long base = backsOff ? Millis.of(failure.getBaseInterval()) : refresh;
    return new DnsDiscovery(
        assignment,
        resolver,
        DnsFamilies.of(message.getDnsLookupFamily()),
        new DnsDiscovery.Schedule(
            refresh,
            base,
            failure.hasMaxInterval() ? Millis.of(failure.getMaxInterval()) : base * 10,
            message.getRespectDnsTtl(),
            Millis.of(message.getDnsJitter())),
        logical,
        context.control(),
        dnsStats(stats, statPrefix));
  }

  private static boolean countIsRight(Assignment assignment, boolean logical, Problems problems) {
    if (logical && assignment.endpoints().size() != 1) {
      problems.add(
          "load_assignment.endpoints",
          "LOGICAL_DNS clusters must have a single endpoint, not " + assignment.endpoints().size(),
          "use STRICT_DNS");
      return false;
    }
    return true;
  }

  private static @Nullable Discovery custom(
      Cluster message, String statPrefix, Stats stats, DnsResolver resolver, LoadContext context) {
    var type = message.getClusterType();
    LoadContext at = context.at("cluster_type.typed_config");
    if (type.getTypedConfig().is(DnsCluster.class)) {
      var config = at.unpack(type.getTypedConfig(), DnsCluster.getDefaultInstance());
      return config == null
          ? null
          : dnsCluster(message, config, statPrefix, stats, resolver, context);
    }
    if (type.getTypedConfig().is(AGGREGATE.getClass())) {
      var config = at.unpack(type.getTypedConfig(), AGGREGATE);
      return config == null || !providesHosts(message, type.getName(), context)
          ? null
          : new AggregateDiscovery(config.getClustersList());
    }
    if (type.getTypedConfig().is(FORWARD.getClass())) {
      var config = at.unpack(type.getTypedConfig(), FORWARD);
      return config == null || !providesHosts(message, type.getName(), context)
          ? null
          : forwarding(message, config, at);
    }
    context
        .problems()
        .add(
            "cluster_type",
            "unknown cluster type " + type.getName(),
            "known: envoy.cluster.dns, envoy.clusters.aggregate,"
                + " envoy.clusters.dynamic_forward_proxy");
    return null;
  }

  private static boolean providesHosts(Cluster message, String type, LoadContext context) {
    if (message.getLbPolicy() == Cluster.LbPolicy.CLUSTER_PROVIDED
        || message.hasLoadBalancingPolicy()) {
      return true;
    }
    context
        .problems()
        .add(
            "lb_policy",
            "must be CLUSTER_PROVIDED for a cluster of type " + type,
            "set lb_policy: CLUSTER_PROVIDED");
    return false;
  }

  private static @Nullable Discovery forwarding(
      Cluster message,
      io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig config,
      LoadContext context) {
    if (!config.hasDnsCacheConfig()) {
      context
          .problems()
          .add("sub_clusters_config", "sub clusters are not implemented", "use dns_cache_config");
      return null;
    }
    DnsCache cache = DnsCache.of(config.getDnsCacheConfig(), context.at("dns_cache_config"));
    if (cache == null) {
      return null;
    }
    boolean secure =
        message.hasTransportSocket()
            && !message.getTransportSocket().getName().endsWith("raw_buffer");
    return new RequestedDiscovery(
        new ForwardedNames(
            cache,
            secure ? 443 : 80,
            config.getDnsCacheConfig().hasHostTtl()
                ? Millis.of(config.getDnsCacheConfig().getHostTtl())
                : 300_000));
  }

  private static @Nullable Discovery dnsCluster(
      Cluster message,
      DnsCluster config,
      String statPrefix,
      Stats stats,
      DnsResolver usual,
      LoadContext context) {
    boolean logical = config.getAllAddressesInSingleEndpoint();
    DnsResolver resolver =
        DnsResolvers.of(
            config.getTypedDnsResolverConfig(), usual, context.at("cluster_type.typed_config"));
    if (resolver == null) {
      return null;
    }
    Assignment assignment = assignment(message, true, context.problems());
    if (assignment == null || !countIsRight(assignment, logical, context.problems())) {
      return null;
    }
    long refresh = config.hasDnsRefreshRate() ? Millis.of(config.getDnsRefreshRate()) : DNS_REFRESH;
    var failure = config.getDnsFailureRefreshRate();
    long base = config.hasDnsFailureRefreshRate() ? Millis.of(failure.getBaseInterval()) : refresh;
    return new DnsDiscovery(
        assignment,
        resolver,
        DnsFamilies.of(config.getDnsLookupFamily()),
        new DnsDiscovery.Schedule(
            refresh,
            base,
            failure.hasMaxInterval() ? Millis.of(failure.getMaxInterval()) : base * 10,
            config.getRespectDnsTtl(),
            Millis.of(config.getDnsJitter())),
        logical,
        context.control(),
        dnsStats(stats, statPrefix));
  }
}
