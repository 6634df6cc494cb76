package io.weir.proxy.loadbalancer;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import io.envoyproxy.envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.extension.ExtensionRegistry;
import io.weir.proxy.extension.LoadContext;
import org.jspecify.annotations.Nullable;

/** Reads the two messages that lead to round robin by reported weights. */
final class ReportedWeightsLoader {
  private static final long SECOND = 1_000_000_000;
  private static final String TYPE = ClientSideWeightedRoundRobin.getDescriptor().getFullName();

  private ReportedWeightsLoader() {}

  /** Null when problems were reported. */
  static @Nullable LoadBalancerPolicy load(Any any, boolean byLocality, LoadContext context) {
    var config = context.unpack(any, ClientSideWeightedRoundRobin.getDefaultInstance());
    if (config == null) {
      return null;
    }
    if (config.getEnableOobLoadReport().getValue()) {
      context
          .problems()
          .add(
              "enable_oob_load_report",
              "reports outside of responses are not implemented",
              "let endpoints report with each response");
      return null;
    }
    return new ReportedWeights.Policy(
        new ReportedWeight.Settings(
            config.hasBlackoutPeriod() ? nanos(config.getBlackoutPeriod()) : 10 * SECOND,
            config.hasWeightExpirationPeriod()
                ? nanos(config.getWeightExpirationPeriod())
                : 180 * SECOND,
            Math.max(
                SECOND / 10,
                config.hasWeightUpdatePeriod() ? nanos(config.getWeightUpdatePeriod()) : SECOND),
            config.hasErrorUtilizationPenalty()
                ? config.getErrorUtilizationPenalty().getValue()
                : 1,
            config.getMetricNamesForComputingUtilizationList()),
        new PriorityBalancer.Settings(byLocality, false, null));
  }

  /** {@code wrr_locality}: the same within localities that are chosen by weight. */
  static @Nullable LoadBalancerPolicy localities(Any any, LoadContext context) {
    WrrLocality config = context.unpack(any, WrrLocality.getDefaultInstance());
    if (config == null) {
      return null;
    }
    var policies = config.getEndpointPickingPolicy().getPoliciesList();
    for (int i = 0; i < policies.size(); i++) {
      Any inner = policies.get(i).getTypedExtensionConfig().getTypedConfig();
      if (ExtensionRegistry.typeName(inner).equals(TYPE)) {
        return load(
            inner,
            true,
            context.at(
                "endpoint_picking_policy.policies[" + i + "].typed_extension_config.typed_config"));
      }
    }
    context
        .problems()
        .add(
            "endpoint_picking_policy",
            "only client_side_weighted_round_robin can choose within localities, as in Envoy",
            "or use round_robin with locality_weighted_lb_config");
    return null;
  }

  private static long nanos(Duration duration) {
    return duration.getSeconds() * SECOND + duration.getNanos();
  }
}
