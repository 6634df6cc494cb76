package io.weir.proxy.filter.ratelimit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.RateLimit.Builder;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit.XRateLimitHeadersRFCVersion;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.filter.grpc.GrpcTarget;
import io.weir.proxy.filter.grpc.GrpcTargetLoader;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.ratelimit.RateLimitPolicy;
import io.weir.proxy.ratelimit.RateLimitPolicyLoader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@code RateLimit}.
 *
 * @param internal whether requests from inside are counted
 * @param external whether others are
 * @param denyOnFailure in what part of the requests that the service failed for
 * @param policy in place of those of routes, when it is not empty
 */
record LimitSettings(
    String domain,
    long stage,
    boolean internal,
    boolean external,
    GrpcTarget service,
    RuntimeFraction denyOnFailure,
    boolean resourceExhausted,
    boolean limitHeaders,
    boolean markLimited,
    boolean retryAfter,
    int status,
    int statusOnError,
    HeaderMutations responseHeaders,
    String statPrefix,
    RuntimeFraction enabled,
    RuntimeFraction enforced,
    RateLimitPolicy policy,
    String metadataNamespace,
    String localCluster,
    RateLimitPolicy.Disabling disabling) {
  private static final long DEFAULT_TIMEOUT_MILLIS = 20;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int PERCENT = 100;

  /** Null when problems were reported. */
  static @Nullable LimitSettings load(RateLimit message, FactoryContext context) {
    Problems problems = context.problems();
    int before = problems.count();
    Runtime runtime = Runtime.of(context);
    long timeout =
        message.hasTimeout() ? Durations.toMillis(message.getTimeout()) : DEFAULT_TIMEOUT_MILLIS;
    GrpcTarget service =
        GrpcTargetLoader.load(
            message.getRateLimitService().getGrpcService(),
            timeout,
            problems.at("rate_limit_service.grpc_service"));
    if (service == null) {
      return null;
    }
    String kind = message.getRequestType();
    int status = message.getRateLimitedStatus().getCodeValue();
    int statusOnError = message.getStatusOnError().getCodeValue();
    String namespace =
        context.field(message, "metadata_namespace") instanceof String text ? text : "";
    HeaderMutations responseHeaders =
        HeaderMutationsLoader.load(
            message.getResponseHeadersToAddList(), List.of(), "response", problems);
    var settings =
        new LimitSettings(
            message.getDomain(),
            message.getStage(),
            !kind.equals("external"),
            !kind.equals("internal"),
            service.withTimeout(timeout),
            denyOnFailure(message, context, runtime),
            message.getRateLimitedAsResourceExhausted(),
            message.getEnableXRatelimitHeaders() == XRateLimitHeadersRFCVersion.DRAFT_VERSION_03,
            !message.getDisableXEnvoyRatelimitedHeader(),
            Boolean.TRUE.equals(context.field(message, "enable_retry_after_header")),
            status < 400 ? TOO_MANY_REQUESTS : status,
            statusOnError < 400 ? SERVER_ERROR : statusOnError,
            responseHeaders,
            "ratelimit." + (message.getStatPrefix().isEmpty() ? "" : message.getStatPrefix() + "."),
            message.hasFilterEnabled()
                ? RuntimeFraction.of(message.getFilterEnabled(), runtime)
                : new RuntimeFraction(runtime, "ratelimit.http_filter_enabled", PERCENT, PERCENT),
            message.hasFilterEnforced()
                ? RuntimeFraction.of(message.getFilterEnforced(), runtime)
                : new RuntimeFraction(runtime, "ratelimit.http_filter_enforcing", PERCENT, PERCENT),
            ownPolicy(message, context),
            namespace,
            context.node().cluster(),
            key -> runtime.integer("ratelimit." + key + ".http_filter_enabled", PERCENT) == 0);
    return problems.count() > before ? null : settings;
  }

  private static RuntimeFraction denyOnFailure(
      RateLimit message, FactoryContext context, Runtime runtime) {
    if (context.field(message, "failure_mode_deny_percent") instanceof Message percent) {
      return RuntimeFraction.of(
          (RuntimeFractionalPercent) copy(percent, RuntimeFractionalPercent.newBuilder()), runtime);
    }
    return new RuntimeFraction(
        Runtime.EMPTY, "", message.getFailureModeDeny() ? PERCENT : 0, PERCENT);
  }

  private static RateLimitPolicy ownPolicy(RateLimit message, FactoryContext context) {
    if (!(context.field(message, "rate_limits") instanceof List<?> items)) {
      return RateLimitPolicy.NONE;
    }
    List<io.envoyproxy.envoy.config.route.v3.RateLimit> limits = new ArrayList<>();
    for (Object item : items) {
      Builder builder = io.envoyproxy.envoy.config.route.v3.RateLimit.newBuilder();
      limits.add((io.envoyproxy.envoy.config.route.v3.RateLimit) copy((Message) item, builder));
    }
    return RateLimitPolicyLoader.load(limits, "rate_limits", context);
  }

  private static Message copy(Message from, Message.Builder to) {
    try {
      return to.mergeFrom(from.toByteString()).build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message cannot read its own bytes", e);
    }
  }
}
