package io.weir.proxy.loadbalancer;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.proxy.extension.Runtime;
import org.jspecify.annotations.Nullable;

/** Compiles the two messages of slow start. */
final class SlowStarts {
  private SlowStarts() {}

  static SlowStart of(Cluster.@Nullable SlowStartConfig config, Runtime runtime) {
    if (config == null) {
      return SlowStart.NONE;
    }
    return new SlowStart(
        millis(config.getSlowStartWindow()),
        config.hasAggression() ? config.getAggression().getDefaultValue() : 1,
        config.getAggression().getRuntimeKey(),
        config.hasMinWeightPercent() ? config.getMinWeightPercent().getValue() : 10,
        runtime);
  }

  static SlowStart of(
      io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.@Nullable SlowStartConfig
          config,
      Runtime runtime) {
    if (config == null) {
      return SlowStart.NONE;
    }
    return new SlowStart(
        millis(config.getSlowStartWindow()),
        config.hasAggression() ? config.getAggression().getDefaultValue() : 1,
        config.getAggression().getRuntimeKey(),
        config.hasMinWeightPercent() ? config.getMinWeightPercent().getValue() : 10,
        runtime);
  }

  private static long millis(com.google.protobuf.Duration duration) {
    return duration.getSeconds() * 1000 + duration.getNanos() / 1_000_000;
  }
}
