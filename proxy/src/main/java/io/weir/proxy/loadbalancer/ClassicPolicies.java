package io.weir.proxy.loadbalancer;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.cluster.LocalZone;
import io.weir.proxy.extension.LoadContext;
import org.jspecify.annotations.Nullable;

/** Compiles {@code lb_policy} and the settings that stand beside it in a cluster. */
final class ClassicPolicies {
  private ClassicPolicies() {}

  /** Null when problems were reported. */
  static @Nullable LoadBalancerPolicy load(Cluster cluster, LocalZone zone, LoadContext context) {
    PriorityBalancer.Settings settings = settings(cluster, zone, context);
    return switch (cluster.getLbPolicy()) {
      case ROUND_ROBIN ->
          new Policies.RoundRobinPolicy(
              SlowStarts.of(
                  cluster.getRoundRobinLbConfig().hasSlowStartConfig()
                      ? cluster.getRoundRobinLbConfig().getSlowStartConfig()
                      : null,
                  context.runtime()),
              settings);
      case LEAST_REQUEST -> leastRequest(cluster, settings, context);
      case RANDOM -> new Policies.RandomPolicy(settings);
      case RING_HASH -> ring(cluster, settings, context);
      case MAGLEV ->
          HashPolicies.maglev(
              cluster.getMaglevLbConfig().hasTableSize()
                  ? cluster.getMaglevLbConfig().getTableSize().getValue()
                  : HashPolicies.DEFAULT_MAGLEV,
              hashing(cluster, settings, context),
              context.problems().at("maglev_lb_config"));
      case CLUSTER_PROVIDED -> new Policies.ClusterProvidedPolicy();
      default -> {
        context
            .problems()
            .add(
                "lb_policy",
                cluster.getLbPolicy() + " is not usable here",
                "set load_balancing_policy, or another lb_policy");
        yield null;
      }
    };
  }

  private static PriorityBalancer.Settings settings(
      Cluster cluster, LocalZone zone, LoadContext context) {
    var common = cluster.getCommonLbConfig();
    if (common.hasLocalityWeightedLbConfig()) {
      return new PriorityBalancer.Settings(true, false, null);
    }
    var config = common.getZoneAwareLbConfig();
    return new PriorityBalancer.Settings(
        false,
        config.getFailTrafficOnPanic(),
        new ZoneAware(
            config.hasRoutingEnabled() ? config.getRoutingEnabled().getValue() : ZoneAware.ALWAYS,
            config.hasMinClusterSize()
                ? config.getMinClusterSize().getValue()
                : ZoneAware.DEFAULT_MIN_SIZE,
            0,
            false,
            zone,
            context.runtime()));
  }

  private static LoadBalancerPolicy leastRequest(
      Cluster cluster, PriorityBalancer.Settings settings, LoadContext context) {
    var config = cluster.getLeastRequestLbConfig();
    return new Policies.LeastRequestPolicy(
        new LeastRequest.Settings(
            config.hasChoiceCount() ? config.getChoiceCount().getValue() : 2,
            false,
            config.hasActiveRequestBias() ? config.getActiveRequestBias().getDefaultValue() : 1,
            config.getActiveRequestBias().getRuntimeKey(),
            SlowStarts.of(
                config.hasSlowStartConfig() ? config.getSlowStartConfig() : null,
                context.runtime()),
            context.runtime()),
        settings);
  }

  private static @Nullable LoadBalancerPolicy ring(
      Cluster cluster, PriorityBalancer.Settings settings, LoadContext context) {
    var config = cluster.getRingHashLbConfig();
    return HashPolicies.ring(
        config.hasMinimumRingSize()
            ? config.getMinimumRingSize().getValue()
            : HashPolicies.MIN_RING,
        config.hasMaximumRingSize()
            ? config.getMaximumRingSize().getValue()
            : HashPolicies.MAX_RING,
        config.getHashFunction() == Cluster.RingHashLbConfig.HashFunction.MURMUR_HASH_2,
        hashing(cluster, settings, context),
        context.problems().at("ring_hash_lb_config"));
  }

  private static HashPolicies.Hashing hashing(
      Cluster cluster, PriorityBalancer.Settings settings, LoadContext context) {
    var config = cluster.getCommonLbConfig().getConsistentHashingLbConfig();
    if (config.getUseHostnameForHashing()
        && cluster.getClusterDiscoveryTypeCase() == Cluster.ClusterDiscoveryTypeCase.TYPE
        && cluster.getType() == Cluster.DiscoveryType.STATIC) {
      context
          .problems()
          .add(
              "common_lb_config.consistent_hashing_lb_config.use_hostname_for_hashing",
              "endpoints of a STATIC cluster cannot be hashed by hostname",
              "use STRICT_DNS, or metadata envoy.lb hash_key");
    }
    return new HashPolicies.Hashing(
        config.getUseHostnameForHashing(),
        config.getHashBalanceFactor().getValue(),
        settings.localityWeighted());
  }
}
