package io.weir.proxy.loadbalancer;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.cluster.LocalZone;
import io.weir.proxy.extension.ExtensionRegistry;
import io.weir.proxy.extension.LoadContext;
import org.jspecify.annotations.Nullable;

/** Compiles {@code lb_policy} with its settings, and {@code load_balancing_policy}. */
public final class LoadBalancerLoader {
  private static final String KNOWN =
      "known: round_robin, least_request, random, ring_hash, maglev, subset, override_host,"
          + " wrr_locality, client_side_weighted_round_robin, cluster_provided,"
          + " weir.lb.peak_ewma";

  private static final String ENVOY = "envoy.extensions.load_balancing_policies.";

  private final LocalZone zone;

  /**
   * @param zone the proxy's own place, for zone-aware routing
   */
  public LoadBalancerLoader(LocalZone zone) {
    this.zone = zone;
  }

  /** Null when problems were reported. */
  public @Nullable LoadBalancerPolicy load(Cluster cluster, LoadContext context) {
    if (cluster.hasLoadBalancingPolicy()) {
      return list(cluster.getLoadBalancingPolicy(), context.at("load_balancing_policy"));
    }
    LoadBalancerPolicy policy = ClassicPolicies.load(cluster, zone, context);
    if (policy == null || cluster.getLbSubsetConfig().getSubsetSelectorsCount() == 0) {
      return policy;
    }
    return new SubsetPolicy(SubsetSettingsLoader.load(cluster.getLbSubsetConfig()), policy);
  }

  /** The first policy of the list that is known. */
  @Nullable LoadBalancerPolicy list(LoadBalancingPolicy list, LoadContext context) {
    for (int i = 0; i < list.getPoliciesCount(); i++) {
      Any config = list.getPolicies(i).getTypedExtensionConfig().getTypedConfig();
      LoadContext at = context.at("policies[" + i + "].typed_extension_config.typed_config");
      int before = at.problems().count();
      LoadBalancerPolicy policy = policy(config, at);
      if (policy != null || at.problems().count() > before) {
        return policy;
      }
    }
    context.problems().add("policies", "no policy of the list is known", KNOWN);
    return null;
  }

  private @Nullable LoadBalancerPolicy policy(Any config, LoadContext context) {
    String type = ExtensionRegistry.typeName(config);
    if (type.equals(PeakEwmaLoader.TYPE)) {
      return PeakEwmaLoader.load(config, zone, context);
    }
    if (!type.startsWith(ENVOY)) {
      return null;
    }
    return switch (type.substring(type.lastIndexOf('.') + 1)) {
      case "RoundRobin" -> ExtensionPolicies.roundRobin(config, zone, context);
      case "LeastRequest" -> ExtensionPolicies.leastRequest(config, zone, context);
      case "Random" -> ExtensionPolicies.random(config, zone, context);
      case "RingHash" -> ExtensionPolicies.ringHash(config, context);
      case "Maglev" -> ExtensionPolicies.maglev(config, context);
      case "ClusterProvided" -> new Policies.ClusterProvidedPolicy();
      case "Subset" -> SubsetSettingsLoader.load(config, this, context);
      case "OverrideHost" -> OverrideHostLoader.load(config, this, context);
      case "ClientSideWeightedRoundRobin" -> ReportedWeightsLoader.load(config, false, context);
      case "WrrLocality" -> ReportedWeightsLoader.localities(config, context);
      default -> null;
    };
  }
}
