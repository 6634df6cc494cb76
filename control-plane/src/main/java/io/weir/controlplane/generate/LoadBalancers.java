package io.weir.controlplane.generate;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LeastRequestLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.MaglevLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RingHashLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RoundRobinLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.SlowStartConfig;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.type.v3.Percent;
import io.weir.controlplane.config.DestinationRule.ConsistentHash;
import io.weir.controlplane.config.DestinationRule.LoadBalancer;
import io.weir.controlplane.config.DestinationRule.LocalityLb;
import io.weir.controlplane.config.DestinationRule.SimpleLb;
import io.weir.controlplane.config.DestinationRule.Warmup;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chooses a cluster's load balancer. */
final class LoadBalancers {

  private static final long DEFAULT_RING_SIZE = 1024;
  private static final String ANNOTATION = "weir.io/load-balancer";
  private static final String PEAK_EWMA = "peak_ewma";
  private static final String PEAK_EWMA_EXTENSION = "weir.lb.peak_ewma";

  /** In a shape in which other clients know that they do not know it. */
  private static final TypedStruct PEAK_EWMA_SETTINGS =
      TypedStruct.newBuilder()
          .setTypeUrl("type.googleapis.com/weir.lb.v1.PeakEwma")
          .setValue(Struct.getDefaultInstance())
          .build();

  private static final double DEFAULT_WARMUP_PERCENT = 10;

  private LoadBalancers() {}

  static void apply(Cluster.Builder cluster, @Nullable LoadBalancer settings) {
    if (cluster.getType() == Cluster.DiscoveryType.ORIGINAL_DST) {
      cluster.setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
      return;
    }
    if (settings == null) {
      cluster.setLbPolicy(LbPolicy.LEAST_REQUEST);
      return;
    }
    if (weighsLocalities(settings.localityLbSetting(), cluster.hasOutlierDetection())) {
      cluster
          .getCommonLbConfigBuilder()
          .setLocalityWeightedLbConfig(
              Cluster.CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance());
    }
    ConsistentHash hash = settings.consistentHash();
    if (hash != null) {
      consistentHash(cluster, hash);
      return;
    }
    SlowStartConfig slowStart = slowStart(settings);
    SimpleLb simple = settings.simple() == null ? SimpleLb.UNSPECIFIED : settings.simple();
    switch (simple) {
      case RANDOM -> cluster.setLbPolicy(LbPolicy.RANDOM);
      case ROUND_ROBIN -> {
        cluster.setLbPolicy(LbPolicy.ROUND_ROBIN);
        if (slowStart != null) {
          cluster.setRoundRobinLbConfig(
              RoundRobinLbConfig.newBuilder().setSlowStartConfig(slowStart));
        }
      }
      case PASSTHROUGH -> cluster.setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
      case UNSPECIFIED, LEAST_CONN, LEAST_REQUEST -> {
        cluster.setLbPolicy(LbPolicy.LEAST_REQUEST);
        if (slowStart != null) {
          cluster.setLeastRequestLbConfig(
              LeastRequestLbConfig.newBuilder().setSlowStartConfig(slowStart));
        }
      }
    }
  }

  /** Weights of localities matter where they are given, or where localities have priorities. */
  private static boolean weighsLocalities(@Nullable LocalityLb settings, boolean seesFailures) {
    return settings != null
        && !Boolean.FALSE.equals(settings.enabled())
        && (!settings.distribute().isEmpty()
            || seesFailures
                && (!settings.failover().isEmpty() || !settings.failoverPriority().isEmpty()));
  }

  /** Whether a rule's annotations ask for the balancer by response time. */
  static boolean latencyAware(Map<String, String> annotations) {
    return PEAK_EWMA.equals(annotations.get(ANNOTATION));
  }

  /**
   * Weir's balancer by response time first, Envoy's least request for clients that do not know it:
   * a client takes the first policy that it has.
   */
  static void byLatency(Cluster.Builder cluster) {
    if (cluster.getLbPolicy() == LbPolicy.CLUSTER_PROVIDED) {
      return;
    }
    cluster.setLoadBalancingPolicy(
        LoadBalancingPolicy.newBuilder()
            .addPolicies(policy(PEAK_EWMA_EXTENSION, PEAK_EWMA_SETTINGS))
            .addPolicies(
                policy(
                    "envoy.load_balancing_policies.least_request",
                    LeastRequest.getDefaultInstance())));
  }

  private static LoadBalancingPolicy.Policy policy(String name, Message config) {
    return LoadBalancingPolicy.Policy.newBuilder()
        .setTypedExtensionConfig(
            TypedExtensionConfig.newBuilder().setName(name).setTypedConfig(Messages.any(config)))
        .build();
  }

  private static void consistentHash(Cluster.Builder cluster, ConsistentHash hash) {
    if (hash.maglev() != null) {
      cluster.setLbPolicy(LbPolicy.MAGLEV);
      if (hash.maglev().tableSize() > 0) {
        cluster.setMaglevLbConfig(
            MaglevLbConfig.newBuilder().setTableSize(uint64(hash.maglev().tableSize())));
      }
      return;
    }
    cluster.setLbPolicy(LbPolicy.RING_HASH);
    long size =
        hash.ringHash() != null
            ? hash.ringHash().minimumRingSize()
            : hash.minimumRingSize() > 0 ? hash.minimumRingSize() : DEFAULT_RING_SIZE;
    if (size > 0) {
      cluster.setRingHashLbConfig(RingHashLbConfig.newBuilder().setMinimumRingSize(uint64(size)));
    }
  }

  private static @Nullable SlowStartConfig slowStart(LoadBalancer settings) {
    Warmup warmup = settings.warmup();
    if (warmup != null) {
      Duration window = warmup.duration() == null ? Duration.ZERO : warmup.duration();
      return SlowStartConfig.newBuilder()
          .setSlowStartWindow(Messages.duration(window))
          .setAggression(
              RuntimeDouble.newBuilder()
                  .setDefaultValue(warmup.aggression() == null ? 1.0 : warmup.aggression()))
          .setMinWeightPercent(
              Percent.newBuilder()
                  .setValue(
                      warmup.minimumPercent() == null
                          ? DEFAULT_WARMUP_PERCENT
                          : warmup.minimumPercent()))
          .build();
    }
    Duration window = settings.warmupDurationSecs();
    return window == null
        ? null
        : SlowStartConfig.newBuilder().setSlowStartWindow(Messages.duration(window)).build();
  }

  private static UInt64Value uint64(long value) {
    return UInt64Value.newBuilder().setValue(value).build();
  }
}
