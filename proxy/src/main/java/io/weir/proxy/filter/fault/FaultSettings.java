package io.weir.proxy.filter.fault;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.weir.filter.FactoryContext;
import io.weir.filter.Value;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.matcher.HeaderMatcher;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@code HTTPFault}.
 *
 * @param active faults under way now, over all workers
 */
record FaultSettings(
    Runtime runtime,
    @Nullable Delay delay,
    @Nullable Abort abort,
    @Nullable Limit limit,
    String upstreamCluster,
    List<HeaderMatcher> headers,
    Set<String> downstreamNodes,
    long maxActive,
    String maxActiveKey,
    boolean clusterStats,
    Value.@Nullable MapValue metadata,
    AtomicLong active)
    implements RouteConfig {

  /**
   * When to delay and how long.
   *
   * @param millis −1: as the request says
   */
  record Delay(long millis, String durationKey, RuntimeFraction share) {}

  /** When to abort, and the answer; −1 for none of that kind, both −1: as the request says. */
  record Abort(
      long httpStatus, long grpcStatus, String httpKey, String grpcKey, RuntimeFraction share) {
    boolean byHeader() {
      return httpStatus < 0 && grpcStatus < 0;
    }
  }

  /**
   * When to slow a response down and to what.
   *
   * @param kibPerSecond −1: as the request says
   */
  record Limit(long kibPerSecond, RuntimeFraction share) {}

  static FaultSettings load(HTTPFault fault, FactoryContext context) {
    Runtime runtime = Runtime.of(context);
    return new FaultSettings(
        runtime,
        fault.hasDelay() ? delay(fault, runtime) : null,
        fault.hasAbort() ? abort(fault, runtime) : null,
        fault.hasResponseRateLimit() ? limit(fault, runtime) : null,
        fault.getUpstreamCluster(),
        HeaderMatcher.loadAll(fault.getHeadersList(), "headers", context.problems()),
        Set.copyOf(fault.getDownstreamNodesList()),
        fault.hasMaxActiveFaults()
            ? Integer.toUnsignedLong(fault.getMaxActiveFaults().getValue())
            : Long.MAX_VALUE,
        orElse(fault.getMaxActiveFaultsRuntime(), "fault.http.max_active_faults"),
        !fault.getDisableDownstreamClusterStats(),
        fault.hasFilterMetadata() ? ProtoValues.of(fault.getFilterMetadata()) : null,
        new AtomicLong());
  }

  private static Delay delay(HTTPFault fault, Runtime runtime) {
    FaultDelay delay = fault.getDelay();
    return new Delay(
        delay.hasFixedDelay() ? millis(delay.getFixedDelay()) : -1,
        orElse(fault.getDelayDurationRuntime(), "fault.http.delay.fixed_duration_ms"),
        share(
            delay.getPercentage(),
            orElse(fault.getDelayPercentRuntime(), "fault.http.delay.fixed_delay_percent"),
            runtime));
  }

  private static Abort abort(HTTPFault fault, Runtime runtime) {
    FaultAbort abort = fault.getAbort();
    return new Abort(
        abort.hasHttpStatus() ? abort.getHttpStatus() : -1,
        abort.hasGrpcStatus() ? abort.getGrpcStatus() : -1,
        orElse(fault.getAbortHttpStatusRuntime(), "fault.http.abort.http_status"),
        orElse(fault.getAbortGrpcStatusRuntime(), "fault.http.abort.grpc_status"),
        share(
            abort.getPercentage(),
            orElse(fault.getAbortPercentRuntime(), "fault.http.abort.abort_percent"),
            runtime));
  }

  private static Limit limit(HTTPFault fault, Runtime runtime) {
    FaultRateLimit limit = fault.getResponseRateLimit();
    return new Limit(
        limit.hasFixedLimit() ? limit.getFixedLimit().getLimitKbps() : -1,
        share(
            limit.getPercentage(),
            orElse(
                fault.getResponseRateLimitPercentRuntime(),
                "fault.http.rate_limit.response_percent"),
            runtime));
  }

  private static RuntimeFraction share(
      io.envoyproxy.envoy.type.v3.FractionalPercent percent, String key, Runtime runtime) {
    return new RuntimeFraction(
        runtime, key, percent.getNumerator(), RuntimeFraction.denominator(percent));
  }

  private static long millis(Duration duration) {
    return duration.getSeconds() * 1000 + duration.getNanos() / 1_000_000;
  }

  private static String orElse(String key, String fallback) {
    return key.isEmpty() ? fallback : key;
  }

  /** Takes one of the faults that may be active at a time. */
  boolean tryBegin() {
    long limit = runtime.integer(maxActiveKey, maxActive);
    if (active.get() >= limit) {
      return false;
    }
    active.incrementAndGet();
    return true;
  }

  void end() {
    active.decrementAndGet();
  }
}
