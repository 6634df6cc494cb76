package io.weir.proxy.filter.localratelimit;

import io.weir.filter.FilterState;
import io.weir.filter.ResponseFlag;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.RouteInfo;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.ratelimit.Descriptor;
import io.weir.proxy.ratelimit.LimitedRoute;
import io.weir.proxy.ratelimit.RateLimitPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes a token for each request and answers those that find none. */
final class LocalRateLimitFilter implements HttpFilter {
  private static final HeaderName LIMIT = HeaderName.of("x-ratelimit-limit");
  private static final HeaderName REMAINING = HeaderName.of("x-ratelimit-remaining");
  private static final HeaderName RESET = HeaderName.of("x-ratelimit-reset");
  private static final HeaderName RETRY_AFTER = HeaderName.of("retry-after");
  private static final byte[] BODY = "local_rate_limited".getBytes(StandardCharsets.UTF_8);
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final String CONNECTION_STATE = "weir.local_ratelimit.";

  private final HttpFilterCallbacks callbacks;
  private final LimitSettings configured;
  private LimitSettings settings;
  private Buckets.@Nullable Outcome outcome;

  LocalRateLimitFilter(HttpFilterCallbacks callbacks, LimitSettings configured) {
    this.callbacks = callbacks;
    this.configured = configured;
    this.settings = configured;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    settings = callbacks.routeConfig() instanceof LimitSettings route ? route : configured;
    long random = callbacks.worker().random().nextLong();
    if (!settings.limits() || !settings.enabled.hits(random)) {
      return FilterHeadersStatus.CONTINUE;
    }
    LimitSettings.LimitStats stats = settings.stats(callbacks.worker());
    stats.enabled().inc();
    Buckets.Outcome taken = buckets().take(descriptors(headers), callbacks.worker().nanoTime());
    outcome = taken;
    if (taken.allowed()) {
      stats.ok().inc();
      return FilterHeadersStatus.CONTINUE;
    }
    stats.limited().inc();
    if (!settings.enforced.hits(callbacks.worker().random().nextLong())) {
      settings.whenNotEnforced.apply(
          headers, FormatContext.ofStream(headers, null, callbacks.streamInfo()));
      return FilterHeadersStatus.CONTINUE;
    }
    stats.enforced().inc();
    callbacks.streamInfo().setResponseFlag(ResponseFlag.RATE_LIMITED);
    callbacks.sendLocalReply(
        new LocalReply(
            settings.status,
            BODY,
            answer -> addHeaders(headers, answer, taken),
            settings.resourceExhausted ? RESOURCE_EXHAUSTED : null,
            "local_rate_limited"));
    return FilterHeadersStatus.STOP_ITERATION;
  }

  private void addHeaders(HeaderMap request, HeaderMap answer, Buckets.Outcome taken) {
    settings.responseHeaders.apply(
        answer, FormatContext.ofStream(request, answer, callbacks.streamInfo()));
    if (settings.retryAfter) {
      long now = callbacks.worker().nanoTime();
      answer.set(RETRY_AFTER, Long.toString(taken.bucket().secondsToNextToken(now)));
    }
  }

  private Buckets buckets() {
    Buckets shared = settings.shared;
    if (shared != null) {
      return shared;
    }
    FilterState state = callbacks.streamInfo().connection().filterState();
    String name = CONNECTION_STATE + System.identityHashCode(settings);
    if (state.get(name) instanceof Buckets kept) {
      return kept;
    }
    Buckets made = settings.buckets();
    state.set(name, made, true, FilterState.LifeSpan.CONNECTION, false);
    return made;
  }

  private List<Descriptor> descriptors(HeaderMap headers) {
    RouteInfo info = callbacks.route();
    LimitedRoute route = info instanceof LimitedRoute found ? found : null;
    boolean own = !settings.policy.isEmpty();
    if (!own
        && (route == null || route.rateLimits().isEmpty() && route.hostRateLimits().isEmpty())) {
      return List.of();
    }
    var request =
        new RateLimitPolicy.Request(
            headers,
            callbacks.streamInfo(),
            info == null ? null : info.clusterName(),
            settings.localCluster,
            null);
    List<Descriptor> descriptors = new ArrayList<>();
    if (own || route == null) {
      settings.policy.addDescriptors(request, settings.stage, false, descriptors);
      return descriptors;
    }
    route.rateLimits().addDescriptors(request, settings.stage, false, descriptors);
    if (settings.hostLimits.withHost(route.withHostRateLimits(), route.rateLimits())) {
      route.hostRateLimits().addDescriptors(request, settings.stage, false, descriptors);
    }
    return descriptors;
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    Buckets.Outcome taken = outcome;
    if (taken != null && settings.limitHeaders) {
      long now = callbacks.worker().nanoTime();
      headers.set(LIMIT, Long.toString(taken.bucket().maxTokens()));
      headers.set(REMAINING, Long.toString(taken.bucket().remaining(now)));
      headers.set(RESET, Long.toString(taken.bucket().secondsToNextToken(now)));
    }
    return FilterHeadersStatus.CONTINUE;
  }
}
