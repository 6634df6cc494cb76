package io.weir.proxy.loadbalancer;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.subset.v3.Subset;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.loadbalancer.SubsetSettings.Fallback;
import org.jspecify.annotations.Nullable;

/** Reads the two messages of subset balancing. */
final class SubsetSettingsLoader {
  private SubsetSettingsLoader() {}

  static SubsetSettings load(LbSubsetConfig message) {
    return new SubsetSettings(
        fallback(message.getFallbackPolicyValue()),
        ProtoValues.of(message.getDefaultSubset()),
        message.getSubsetSelectorsList().stream()
            .map(
                selector ->
                    new SubsetSettings.Selector(
                        selector.getKeysList(),
                        selector.getSingleHostPerSubset(),
                        selectorFallback(selector.getFallbackPolicyValue()),
                        selector.getFallbackKeysSubsetList()))
            .toList(),
        message.getLocalityWeightAware(),
        message.getScaleLocalityWeight(),
        message.getPanicModeAny(),
        message.getListAsAny(),
        message.getMetadataFallbackPolicyValue() == 1);
  }

  /** Null when problems were reported. */
  static @Nullable LoadBalancerPolicy load(
      Any any, LoadBalancerLoader policies, LoadContext context) {
    Subset message = context.unpack(any, Subset.getDefaultInstance());
    if (message == null) {
      return null;
    }
    LoadBalancerPolicy inner =
        policies.list(message.getSubsetLbPolicy(), context.at("subset_lb_policy"));
    if (inner == null) {
      return null;
    }
    var settings =
        new SubsetSettings(
            fallback(message.getFallbackPolicyValue()),
            ProtoValues.of(message.getDefaultSubset()),
            message.getSubsetSelectorsList().stream()
                .map(
                    selector ->
                        new SubsetSettings.Selector(
                            selector.getKeysList(),
                            selector.getSingleHostPerSubset(),
                            selectorFallback(selector.getFallbackPolicyValue()),
                            selector.getFallbackKeysSubsetList()))
                .toList(),
            message.getLocalityWeightAware(),
            message.getScaleLocalityWeight(),
            message.getPanicModeAny(),
            message.getListAsAny(),
            message.getMetadataFallbackPolicyValue() == 1);
    return new SubsetPolicy(settings, inner);
  }

  private static Fallback fallback(int number) {
    return switch (number) {
      case 1 -> Fallback.ANY_ENDPOINT;
      case 2 -> Fallback.DEFAULT_SUBSET;
      default -> Fallback.NO_FALLBACK;
    };
  }

  private static Fallback selectorFallback(int number) {
    return switch (number) {
      case 1 -> Fallback.NO_FALLBACK;
      case 2 -> Fallback.ANY_ENDPOINT;
      case 3 -> Fallback.DEFAULT_SUBSET;
      case 4 -> Fallback.KEYS_SUBSET;
      default -> Fallback.NOT_DEFINED;
    };
  }
}
