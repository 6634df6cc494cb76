package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.weir.proxy.extension.Runtime;

/**
 * {@code outlier_detection}. Immutable. Milliseconds and percents.
 *
 * @param enforcing percent of detections of each {@link EjectionKind} that eject
 */
record OutlierSettings(
    int consecutive5xx,
    int consecutiveGateway,
    int consecutiveLocal,
    long intervalMillis,
    long baseMillis,
    long maxMillis,
    long maxJitterMillis,
    int maxPercent,
    boolean alwaysEjectOne,
    boolean splitLocal,
    boolean unejectOnHealthCheck,
    int successRateHosts,
    int successRateVolume,
    double successRateFactor,
    double failureThreshold,
    int failureHosts,
    int failureVolume,
    int[] enforcing,
    Runtime runtime) {

  static OutlierSettings of(OutlierDetection message, Runtime runtime) {
    int[] enforcing = new int[EjectionKind.values().length];
    for (EjectionKind kind : EjectionKind.values()) {
      enforcing[kind.ordinal()] = kind.enforcing(message);
    }
    long base = message.hasBaseEjectionTime() ? Millis.of(message.getBaseEjectionTime()) : 30_000;
    return new OutlierSettings(
        message.hasConsecutive5Xx() ? message.getConsecutive5Xx().getValue() : 5,
        message.hasConsecutiveGatewayFailure()
            ? message.getConsecutiveGatewayFailure().getValue()
            : 5,
        message.hasConsecutiveLocalOriginFailure()
            ? message.getConsecutiveLocalOriginFailure().getValue()
            : 5,
        message.hasInterval() ? Millis.of(message.getInterval()) : 10_000,
        base,
        Math.max(
            base, message.hasMaxEjectionTime() ? Millis.of(message.getMaxEjectionTime()) : 300_000),
        Millis.of(message.getMaxEjectionTimeJitter()),
        message.hasMaxEjectionPercent() ? message.getMaxEjectionPercent().getValue() : 10,
        message.getAlwaysEjectOneHost().getValue(),
        message.getSplitExternalLocalOriginErrors(),
        !message.hasSuccessfulActiveHealthCheckUnejectHost()
            || message.getSuccessfulActiveHealthCheckUnejectHost().getValue(),
        message.hasSuccessRateMinimumHosts() ? message.getSuccessRateMinimumHosts().getValue() : 5,
        message.hasSuccessRateRequestVolume()
            ? message.getSuccessRateRequestVolume().getValue()
            : 100,
        (message.hasSuccessRateStdevFactor()
                ? message.getSuccessRateStdevFactor().getValue()
                : 1900)
            / 1000.0,
        message.hasFailurePercentageThreshold()
            ? message.getFailurePercentageThreshold().getValue()
            : 85,
        message.hasFailurePercentageMinimumHosts()
            ? message.getFailurePercentageMinimumHosts().getValue()
            : 5,
        message.hasFailurePercentageRequestVolume()
            ? message.getFailurePercentageRequestVolume().getValue()
            : 50,
        enforcing,
        runtime);
  }

  /** A setting that an operator may override at run time. */
  long runtime(String name, long configured) {
    return runtime.integer("outlier_detection." + name, configured);
  }
}
