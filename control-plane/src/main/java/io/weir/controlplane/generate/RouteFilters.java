package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.weir.controlplane.config.Percent;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.config.VirtualService.Abort;
import io.weir.controlplane.config.VirtualService.Delay;
import io.weir.controlplane.config.VirtualService.Fault;
import io.weir.controlplane.config.VirtualService.HttpRoute;
import io.weir.controlplane.config.VirtualService.UnmatchedPreflights;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a rule asks of filters on its requests: faults and cross-origin rules. */
final class RouteFilters {

  static final String FAULT = "envoy.filters.http.fault";
  static final String CORS = "envoy.filters.http.cors";

  private static final Map<String, Integer> GRPC_STATUS =
      Map.ofEntries(
          Map.entry("OK", 0),
          Map.entry("CANCELLED", 1),
          Map.entry("UNKNOWN", 2),
          Map.entry("INVALID_ARGUMENT", 3),
          Map.entry("DEADLINE_EXCEEDED", 4),
          Map.entry("NOT_FOUND", 5),
          Map.entry("ALREADY_EXISTS", 6),
          Map.entry("PERMISSION_DENIED", 7),
          Map.entry("RESOURCE_EXHAUSTED", 8),
          Map.entry("FAILED_PRECONDITION", 9),
          Map.entry("ABORTED", 10),
          Map.entry("OUT_OF_RANGE", 11),
          Map.entry("UNIMPLEMENTED", 12),
          Map.entry("INTERNAL", 13),
          Map.entry("UNAVAILABLE", 14),
          Map.entry("DATA_LOSS", 15),
          Map.entry("UNAUTHENTICATED", 16));

  private RouteFilters() {}

  static void apply(Route.Builder route, HttpRoute rule) {
    if (rule.fault() != null) {
      HTTPFault fault = fault(rule.fault());
      if (fault.hasDelay() || fault.hasAbort()) {
        route.putTypedPerFilterConfig(FAULT, Messages.any(fault));
      }
    }
    if (rule.corsPolicy() != null) {
      route.putTypedPerFilterConfig(CORS, Messages.any(cors(rule.corsPolicy())));
    }
  }

  private static HTTPFault fault(Fault fault) {
    HTTPFault.Builder out = HTTPFault.newBuilder();
    if (fault.delay() != null) {
      FaultDelay delay = delay(fault.delay());
      if (delay != null) {
        out.setDelay(delay);
      }
    }
    Abort abort = fault.abort();
    if (abort != null) {
      FaultAbort.Builder built = FaultAbort.newBuilder();
      Percent percentage = abort.percentage();
      if (percentage != null) {
        // Without it nothing is aborted.
        built.setPercentage(RouteActions.fraction(percentage));
      }
      Integer httpStatus = abort.httpStatus();
      if (httpStatus != null) {
        out.setAbort(built.setHttpStatus(httpStatus));
      } else if (abort.grpcStatus() != null) {
        out.setAbort(built.setGrpcStatus(GRPC_STATUS.getOrDefault(abort.grpcStatus(), 2)));
      }
    }
    return out.build();
  }

  private static @Nullable FaultDelay delay(Delay delay) {
    Duration fixed = delay.fixedDelay();
    if (fixed == null) {
      return null;
    }
    FractionalPercent share = FractionalPercent.getDefaultInstance();
    Percent percentage = delay.percentage();
    if (percentage != null) {
      share = RouteActions.fraction(percentage);
    } else if (delay.percent() > 0) {
      share = FractionalPercent.newBuilder().setNumerator(delay.percent()).build();
    }
    return FaultDelay.newBuilder()
        .setFixedDelay(Messages.duration(fixed))
        .setPercentage(share)
        .build();
  }

  private static CorsPolicy cors(VirtualService.CorsPolicy policy) {
    CorsPolicy.Builder out = CorsPolicy.newBuilder();
    policy
        .allowOrigins()
        .forEach(origin -> out.addAllowOriginStringMatch(RouteMatches.string(origin)));
    if (policy.allowOrigins().isEmpty()) {
      policy
          .allowOrigin()
          .forEach(
              origin -> out.addAllowOriginStringMatch(StringMatcher.newBuilder().setExact(origin)));
    }
    out.setFilterEnabled(
            RuntimeFractionalPercent.newBuilder()
                .setDefaultValue(FractionalPercent.newBuilder().setNumerator(100)))
        .setAllowMethods(String.join(",", policy.allowMethods()))
        .setAllowHeaders(String.join(",", policy.allowHeaders()))
        .setExposeHeaders(String.join(",", policy.exposeHeaders()));
    Duration maxAge = policy.maxAge();
    if (maxAge != null) {
      out.setMaxAge(Long.toString(maxAge.toSeconds()));
    }
    Boolean credentials = policy.allowCredentials();
    if (credentials != null) {
      out.setAllowCredentials(Messages.bool(credentials));
    }
    out.setForwardNotMatchingPreflights(
        Messages.bool(policy.unmatchedPreflights() != UnmatchedPreflights.IGNORE));
    return out.build();
  }
}
