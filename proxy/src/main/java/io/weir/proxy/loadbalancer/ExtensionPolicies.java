package io.weir.proxy.loadbalancer;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest.SelectionMethod;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.cluster.LocalZone;
import io.weir.proxy.extension.LoadContext;
import org.jspecify.annotations.Nullable;

/** Compiles the policies that {@code load_balancing_policy} names by their messages. */
final class ExtensionPolicies {
  private ExtensionPolicies() {}

  static @Nullable LoadBalancerPolicy roundRobin(Any any, LocalZone zone, LoadContext context) {
    var config = context.unpack(any, RoundRobin.getDefaultInstance());
    return config == null
        ? null
        : new Policies.RoundRobinPolicy(
            SlowStarts.of(
                config.hasSlowStartConfig() ? config.getSlowStartConfig() : null,
                context.runtime()),
            settings(config.getLocalityLbConfig(), zone, context));
  }

  static @Nullable LoadBalancerPolicy random(Any any, LocalZone zone, LoadContext context) {
    var config = context.unpack(any, Random.getDefaultInstance());
    return config == null
        ? null
        : new Policies.RandomPolicy(settings(config.getLocalityLbConfig(), zone, context));
  }

  @SuppressWarnings("deprecation")
  static @Nullable LoadBalancerPolicy leastRequest(Any any, LocalZone zone, LoadContext context) {
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
        settings(config.getLocalityLbConfig(), zone, context));
  }

  @SuppressWarnings("deprecation")
  static @Nullable LoadBalancerPolicy ringHash(Any any, LoadContext context) {
    var config = context.unpack(any, RingHash.getDefaultInstance());
    if (config == null) {
      return null;
    }
    var hashing = config.getConsistentHashingLbConfig();
    return HashPolicies.ring(
        config.hasMinimumRingSize()
            ? config.getMinimumRingSize().getValue()
            : HashPolicies.MIN_RING,
        config.hasMaximumRingSize()
            ? config.getMaximumRingSize().getValue()
            : HashPolicies.MAX_RING,
        config.getHashFunction() == RingHash.HashFunction.MURMUR_HASH_2,
        new HashPolicies.Hashing(
            config.getUseHostnameForHashing() || hashing.getUseHostnameForHashing(),
            config.hasHashBalanceFactor()
                ? config.getHashBalanceFactor().getValue()
                : hashing.getHashBalanceFactor().getValue(),
            config.hasLocalityWeightedLbConfig()),
        context.problems());
  }

  static @Nullable LoadBalancerPolicy maglev(Any any, LoadContext context) {
    var config = context.unpack(any, Maglev.getDefaultInstance());
    if (config == null) {
      return null;
    }
    var hashing = config.getConsistentHashingLbConfig();
    return HashPolicies.maglev(
        config.hasTableSize() ? config.getTableSize().getValue() : HashPolicies.DEFAULT_MAGLEV,
        new HashPolicies.Hashing(
            hashing.getUseHostnameForHashing(),
            hashing.getHashBalanceFactor().getValue(),
            config.hasLocalityWeightedLbConfig()),
        context.problems());
  }

  static PriorityBalancer.Settings settings(
      LocalityLbConfig config, LocalZone zone, LoadContext context) {
    if (config.hasLocalityWeightedLbConfig()) {
      return new PriorityBalancer.Settings(true, false, null);
    }
    var aware = config.getZoneAwareLbConfig();
    boolean byWeight =
        context.field(aware, "locality_basis") instanceof EnumValueDescriptor basis
            && basis.getNumber() == 1;
    return new PriorityBalancer.Settings(
        false,
        aware.getFailTrafficOnPanic(),
        new ZoneAware(
            aware.hasRoutingEnabled() ? aware.getRoutingEnabled().getValue() : ZoneAware.ALWAYS,
            aware.hasMinClusterSize()
                ? aware.getMinClusterSize().getValue()
                : ZoneAware.DEFAULT_MIN_SIZE,
            forceLocal(aware, context),
            byWeight,
            zone,
            context.runtime()));
  }

  /** Hosts of the local zone from which it takes everything; 0 for never. */
  private static long forceLocal(LocalityLbConfig.ZoneAwareLbConfig config, LoadContext context) {
    if (context.field(config, "force_local_zone") instanceof Message force) {
      var field = force.getDescriptorForType().findFieldByName("min_size");
      return field != null && force.hasField(field) && force.getField(field) instanceof Message size
          ? size(size)
          : 1;
    }
    return config.getForceLocalityDirectRouting() ? 1 : 0;
  }

  private static long size(Message wrapper) {
    if (wrapper instanceof UInt32Value value) {
      return value.getValue();
    }
    var field = wrapper.getDescriptorForType().findFieldByName("value");
    return field != null && wrapper.getField(field) instanceof Integer number ? number : 1;
  }
}
