package io.weir.proxy.loadbalancer;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest.SelectionMethod;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.weir.filter.Problems;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.extension.LoadContext;
import org.jspecify.annotations.Nullable;

/** Compiles {@code lb_policy} with its settings, and {@code load_balancing_policy}. */
public final class LoadBalancerLoader {
  private static final long MAX_RING = 8L << 20;
  private static final int MAX_MAGLEV = 5_000_011;
  private static final int DEFAULT_MAGLEV = 65_537;

  private LoadBalancerLoader() {}

  /** Null when problems were reported. */
  public static @Nullable LoadBalancerPolicy load(Cluster cluster, LoadContext context) {
    LoadBalancerPolicy policy = plain(cluster, context);
    if (policy == null
        || cluster.hasLoadBalancingPolicy()
        || cluster.getLbSubsetConfig().getSubsetSelectorsCount() == 0) {
      return policy;
    }
    return new SubsetPolicy(SubsetSettingsLoader.load(cluster.getLbSubsetConfig()), policy);
  }

  private static @Nullable LoadBalancerPolicy plain(Cluster cluster, LoadContext context) {
    if (cluster.hasLoadBalancingPolicy()) {
      return list(cluster.getLoadBalancingPolicy(), context.at("load_balancing_policy"));
    }
    var common = cluster.getCommonLbConfig();
    var settings =
        new PriorityBalancer.Settings(
            common.hasLocalityWeightedLbConfig(),
            common.getZoneAwareLbConfig().getFailTrafficOnPanic());
    int balance = common.getConsistentHashingLbConfig().getHashBalanceFactor().getValue();
    boolean hostname = common.getConsistentHashingLbConfig().getUseHostnameForHashing();
    if (hostname
        && cluster.getClusterDiscoveryTypeCase() == Cluster.ClusterDiscoveryTypeCase.TYPE
        && cluster.getType() == Cluster.DiscoveryType.STATIC) {
      context
          .problems()
          .add(
              "common_lb_config.consistent_hashing_lb_config.use_hostname_for_hashing",
              "endpoints of a STATIC cluster cannot be hashed by hostname",
              "use STRICT_DNS, or metadata envoy.lb hash_key");
    }
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
      case RING_HASH -> {
        var config = cluster.getRingHashLbConfig();
        yield ring(
            config.hasMinimumRingSize() ? config.getMinimumRingSize().getValue() : 1024,
            config.hasMaximumRingSize() ? config.getMaximumRingSize().getValue() : MAX_RING,
            config.getHashFunction() == Cluster.RingHashLbConfig.HashFunction.MURMUR_HASH_2,
            hostname,
            balance,
            settings.localityWeighted(),
            context.problems().at("ring_hash_lb_config"));
      }
      case MAGLEV ->
          maglev(
              cluster.getMaglevLbConfig().hasTableSize()
                  ? cluster.getMaglevLbConfig().getTableSize().getValue()
                  : DEFAULT_MAGLEV,
              hostname,
              balance,
              settings.localityWeighted(),
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
      long min,
      long max,
      boolean murmur,
      boolean hostname,
      int balance,
      boolean localityWeighted,
      Problems problems) {
    if (min > max) {
      problems.add(
          "minimum_ring_size", min + " is above maximum_ring_size, " + max, "make it smaller");
      return null;
    }
    return new Policies.RingHashPolicy(
        new RingTable.Settings(min, max, murmur, hostname), balance, localityWeighted);
  }

  private static @Nullable LoadBalancerPolicy maglev(
      long size, boolean hostname, int balance, boolean localityWeighted, Problems problems) {
    if (size > MAX_MAGLEV || !isPrime(size)) {
      problems.add("table_size", size + " is no prime number up to " + MAX_MAGLEV, "65537 is one");
      return null;
    }
    return new Policies.MaglevPolicy(
        new MaglevTable.Settings((int) size, hostname), balance, localityWeighted);
  }

  private static boolean isPrime(long number) {
    if (number < 2) {
      return false;
    }
    for (long i = 2; i * i <= number; i++) {
      if (number % i == 0) {
        return false;
      }
    }
    return true;
  }

  /** The first policy of the list that is known. */
  static @Nullable LoadBalancerPolicy list(LoadBalancingPolicy list, LoadContext context) {
    for (int i = 0; i < list.getPoliciesCount(); i++) {
      var extension = list.getPolicies(i).getTypedExtensionConfig();
      String url = extension.getTypedConfig().getTypeUrl();
      String type = url.substring(url.lastIndexOf('/') + 1);
      LoadContext at = context.at("policies[" + i + "].typed_extension_config.typed_config");
      int before = at.problems().count();
      LoadBalancerPolicy policy = policy(type, extension.getTypedConfig(), at);
      if (policy != null || at.problems().count() > before) {
        return policy;
      }
    }
    context
        .problems()
        .add(
            "policies",
            "no policy of the list is known",
            "known: round_robin, least_request, random, ring_hash, maglev, subset, override_host,"
                + " cluster_provided");
    return null;
  }

  private static @Nullable LoadBalancerPolicy policy(String type, Any any, LoadContext context) {
    return switch (type.substring(type.lastIndexOf('.') + 1)) {
      case "RoundRobin" -> {
        var config =
            context.unpack(
                any,
                io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin
                    .getDefaultInstance());
        yield config == null
            ? null
            : new Policies.RoundRobinPolicy(
                SlowStarts.of(
                    config.hasSlowStartConfig() ? config.getSlowStartConfig() : null,
                    context.runtime()),
                settings(config.getLocalityLbConfig()));
      }
      case "LeastRequest" -> leastRequest(any, context);
      case "Random" -> {
        var config = context.unpack(any, Random.getDefaultInstance());
        yield config == null ? null : new Policies.RandomPolicy(PriorityBalancer.Settings.PLAIN);
      }
      case "RingHash" -> ring(any, context);
      case "Maglev" -> {
        var config = context.unpack(any, Maglev.getDefaultInstance());
        yield config == null
            ? null
            : maglev(
                config.hasTableSize() ? config.getTableSize().getValue() : DEFAULT_MAGLEV,
                config.getConsistentHashingLbConfig().getUseHostnameForHashing(),
                config.getConsistentHashingLbConfig().getHashBalanceFactor().getValue(),
                config.hasLocalityWeightedLbConfig(),
                context.problems());
      }
      case "ClusterProvided" -> new Policies.ClusterProvidedPolicy();
      case "Subset" -> SubsetSettingsLoader.load(any, context);
      case "OverrideHost" -> OverrideHostLoader.load(any, context);
      default -> null;
    };
  }

  @SuppressWarnings("deprecation")
  private static @Nullable LoadBalancerPolicy leastRequest(Any any, LoadContext context) {
    var config =
        context.unpack(
            any,
            io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest
                .getDefaultInstance());
    if (config == null) {
      return null;
    }
    boolean scan =
        config.getSelectionMethod() == SelectionMethod.FULL_SCAN
            || config.getEnableFullScan().getValue();
    return new Policies.LeastRequestPolicy(
        new LeastRequest.Settings(
            config.hasChoiceCount() ? config.getChoiceCount().getValue() : 2,
            scan,
            config.hasActiveRequestBias() ? config.getActiveRequestBias().getDefaultValue() : 1,
            config.getActiveRequestBias().getRuntimeKey(),
            SlowStarts.of(
                config.hasSlowStartConfig() ? config.getSlowStartConfig() : null,
                context.runtime()),
            context.runtime()),
        settings(config.getLocalityLbConfig()));
  }

  @SuppressWarnings("deprecation")
  private static @Nullable LoadBalancerPolicy ring(Any any, LoadContext context) {
    var config = context.unpack(any, RingHash.getDefaultInstance());
    if (config == null) {
      return null;
    }
    var hashing = config.getConsistentHashingLbConfig();
    return ring(
        config.hasMinimumRingSize() ? config.getMinimumRingSize().getValue() : 1024,
        config.hasMaximumRingSize() ? config.getMaximumRingSize().getValue() : MAX_RING,
        config.getHashFunction() == RingHash.HashFunction.MURMUR_HASH_2,
        config.getUseHostnameForHashing() || hashing.getUseHostnameForHashing(),
        config.hasHashBalanceFactor()
            ? config.getHashBalanceFactor().getValue()
            : hashing.getHashBalanceFactor().getValue(),
        config.hasLocalityWeightedLbConfig(),
        context.problems());
  }

  private static PriorityBalancer.Settings settings(LocalityLbConfig config) {
    return new PriorityBalancer.Settings(
        config.hasLocalityWeightedLbConfig(),
        config.getZoneAwareLbConfig().getFailTrafficOnPanic());
  }
}
