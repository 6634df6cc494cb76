package io.weir.proxy.filter.localratelimit;

import io.envoyproxy.envoy.extensions.common.ratelimit.v3.LocalRateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.XRateLimitHeadersRFCVersion;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.weir.filter.Counter;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.filter.Stats;
import io.weir.filter.Worker;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.ratelimit.Descriptor;
import io.weir.proxy.ratelimit.LimitChoice;
import io.weir.proxy.ratelimit.RateLimitPolicy;
import io.weir.proxy.ratelimit.RateLimitPolicyLoader;
import io.weir.proxy.ratelimit.TokenBucket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A compiled {@code LocalRateLimit}, of the filter or of a route. */
final class LimitSettings implements RouteConfig {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final long MIN_FILL_NANOS = 50_000_000;

  final @Nullable Buckets shared;
  final boolean perConnection;
  final int status;
  final RuntimeFraction enabled;
  final RuntimeFraction enforced;
  final HeaderMutations whenNotEnforced;
  final HeaderMutations responseHeaders;
  final boolean limitHeaders;
  final boolean retryAfter;
  final boolean resourceExhausted;
  final RateLimitPolicy policy;
  final LimitChoice hostLimits;
  final long stage;
  final String localCluster;
  private final LocalRateLimit message;
  private final String statPrefix;
  private final int maxDynamic;
  // Element i is read and written by worker i only.
  private final @Nullable LimitStats[] stats;

  /** Statistics of one worker. */
  record LimitStats(Counter enabled, Counter enforced, Counter limited, Counter ok) {
    static LimitStats open(Stats stats, String prefix) {
      return new LimitStats(
          stats.counter(prefix, "enabled"),
          stats.counter(prefix, "enforced"),
          stats.counter(prefix, "rate_limited"),
          stats.counter(prefix, "ok"));
    }
  }

  private LimitSettings(LocalRateLimit message, FactoryContext context) {
    Runtime runtime = Runtime.of(context);
    Problems problems = context.problems();
    RuntimeFraction never = new RuntimeFraction(Runtime.EMPTY, "", 0, 100);
    this.message = message;
    this.statPrefix = message.getStatPrefix() + ".http_local_rate_limit.";
    this.maxDynamic =
        message.hasMaxDynamicDescriptors() ? message.getMaxDynamicDescriptors().getValue() : 20;
    this.perConnection = message.getLocalRateLimitPerDownstreamConnection();
    this.shared = message.hasTokenBucket() && !perConnection ? buckets() : null;
    int code = message.getStatus().getCodeValue();
    this.status = code < 400 ? TOO_MANY_REQUESTS : code;
    this.enabled =
        message.hasFilterEnabled()
            ? RuntimeFraction.of(message.getFilterEnabled(), runtime)
            : never;
    this.enforced =
        message.hasFilterEnforced()
            ? RuntimeFraction.of(message.getFilterEnforced(), runtime)
            : never;
    this.whenNotEnforced =
        HeaderMutationsLoader.load(
            message.getRequestHeadersToAddWhenNotEnforcedList(), List.of(), "request", problems);
    this.responseHeaders =
        HeaderMutationsLoader.load(
            message.getResponseHeadersToAddList(), List.of(), "response", problems);
    this.limitHeaders =
        message.getEnableXRatelimitHeaders() == XRateLimitHeadersRFCVersion.DRAFT_VERSION_03;
    this.retryAfter = Boolean.TRUE.equals(context.field(message, "enable_retry_after_header"));
    this.resourceExhausted = message.getRateLimitedAsResourceExhausted();
    this.policy = RateLimitPolicyLoader.load(message.getRateLimitsList(), "rate_limits", context);
    this.stage = message.getStage();
    this.hostLimits = LimitChoice.of(message.getVhRateLimits());
    this.localCluster = context.node().cluster();
    this.stats = new LimitStats[context.workers().all().size()];
  }

  static @Nullable LimitSettings load(LocalRateLimit message, FactoryContext context) {
    int before = context.problems().count();
    if (message.hasTokenBucket()) {
      check(message.getTokenBucket(), context.problems().at("token_bucket"));
    }
    for (int i = 0; i < message.getDescriptorsCount(); i++) {
      check(
          message.getDescriptors(i).getTokenBucket(),
          context.problems().at("descriptors[" + i + "].token_bucket"));
    }
    if (context.problems().count() > before) {
      return null;
    }
    var settings = new LimitSettings(message, context);
    return context.problems().count() > before ? null : settings;
  }

  private static void check(io.envoyproxy.envoy.type.v3.TokenBucket bucket, Problems problems) {
    if (fillNanos(bucket) < MIN_FILL_NANOS) {
      problems.add("fill_interval", "must be at least 50ms");
    }
  }

  private static long fillNanos(io.envoyproxy.envoy.type.v3.TokenBucket bucket) {
    return bucket.getFillInterval().getSeconds() * NANOS_PER_SECOND
        + bucket.getFillInterval().getNanos();
  }

  private static TokenBucket bucket(io.envoyproxy.envoy.type.v3.TokenBucket bucket) {
    long perFill =
        bucket.hasTokensPerFill()
            ? Integer.toUnsignedLong(bucket.getTokensPerFill().getValue())
            : 1;
    return new TokenBucket(
        Integer.toUnsignedLong(bucket.getMaxTokens()), perFill, fillNanos(bucket));
  }

  /** A fresh set of buckets: one for the process, or one for a connection. */
  Buckets buckets() {
    List<Buckets.Limited> limited = new ArrayList<>(message.getDescriptorsCount());
    for (LocalRateLimitDescriptor descriptor : message.getDescriptorsList()) {
      limited.add(
          new Buckets.Limited(
              descriptor.getEntriesList().stream()
                  .map(entry -> new Descriptor.Entry(entry.getKey(), entry.getValue()))
                  .toList(),
              () -> bucket(descriptor.getTokenBucket()),
              maxDynamic));
    }
    boolean always =
        !message.hasAlwaysConsumeDefaultTokenBucket()
            || message.getAlwaysConsumeDefaultTokenBucket().getValue();
    return new Buckets(bucket(message.getTokenBucket()), limited, always);
  }

  boolean limits() {
    return message.hasTokenBucket();
  }

  @Override
  public void openWorker(Worker worker) {
    stats[worker.index()] = LimitStats.open(worker.stats(), statPrefix);
  }

  /** The statistics of the calling worker. */
  LimitStats stats(Worker worker) {
    LimitStats opened = stats[worker.index()];
    if (opened == null) {
      opened = LimitStats.open(worker.stats(), statPrefix);
      stats[worker.index()] = opened;
    }
    return opened;
  }
}
