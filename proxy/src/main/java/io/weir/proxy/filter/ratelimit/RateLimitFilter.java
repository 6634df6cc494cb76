package io.weir.proxy.filter.ratelimit;

import io.weir.filter.FilterState;
import io.weir.filter.ResponseFlag;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.proxy.filter.grpc.GrpcCall;
import io.weir.proxy.filter.grpc.GrpcCallListener;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.ratelimit.Descriptor;
import io.weir.proxy.ratelimit.LimitChoice;
import io.weir.proxy.ratelimit.LimitedRoute;
import io.weir.proxy.ratelimit.RateLimitPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds a request until the service has counted it, and answers it when that was one too many. */
final class RateLimitFilter implements HttpFilter, GrpcCallListener {
  private static final String HITS = "envoy.ratelimit.hits_addend";
  private static final HeaderName RATE_LIMITED = HeaderName.of("x-envoy-ratelimited");
  private static final HeaderName RETRY_AFTER = HeaderName.of("retry-after");
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final byte[] NO_BODY = {};

  private final HttpFilterCallbacks callbacks;
  private final LimitSettings settings;
  private final LimitStats stats;
  private boolean waiting;
  private boolean refused;
  private @Nullable HeaderMap request;
  private @Nullable GrpcCall call;
  private @Nullable Answer answer;

  RateLimitFilter(HttpFilterCallbacks callbacks, LimitSettings settings, LimitStats stats) {
    this.callbacks = callbacks;
    this.settings = settings;
    this.stats = stats;
  }

  // ---- request

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    request = headers;
    if (!settings.enabled().hits(callbacks.worker().random().nextLong())) {
      return FilterHeadersStatus.CONTINUE;
    }
    boolean internal = headers.valueEquals(HeaderName.X_ENVOY_INTERNAL, "true");
    if (internal ? !settings.internal() : !settings.external()) {
      return FilterHeadersStatus.CONTINUE;
    }
    List<Descriptor> descriptors = descriptors(headers, false);
    if (descriptors.isEmpty()) {
      return FilterHeadersStatus.CONTINUE;
    }
    waiting = true;
    ask(descriptors, this);
    return FilterHeadersStatus.STOP_ITERATION;
  }

  private void ask(List<Descriptor> descriptors, GrpcCallListener listener) {
    RouteLimits own = callbacks.routeConfig() instanceof RouteLimits found ? found : null;
    String domain = own == null || own.domain().isEmpty() ? settings.domain() : own.domain();
    call =
        GrpcCall.unary(
            callbacks.worker(),
            settings.service(),
            RateLimitMessages.METHOD,
            RateLimitMessages.request(domain, descriptors, hits()),
            new GrpcCall.Parent(callbacks.streamId(), request, callbacks.streamInfo()),
            listener);
  }

  private long hits() {
    Object state = callbacks.streamInfo().filterState().get(HITS);
    if (state instanceof FilterState.Serializable object) {
      String text = object.serializeAsString();
      try {
        return text == null ? 0 : Long.parseLong(text);
      } catch (NumberFormatException e) {
        return 0;
      }
    }
    return 0;
  }

  private List<Descriptor> descriptors(HeaderMap headers, boolean done) {
    if (!(callbacks.route() instanceof LimitedRoute route) || route.clusterName() == null) {
      return List.of();
    }
    RouteLimits own = callbacks.routeConfig() instanceof RouteLimits found ? found : null;
    RateLimitPolicy replacing =
        own == null || own.policy().isEmpty() ? settings.policy() : own.policy();
    boolean replaced = !replacing.isEmpty();
    RateLimitPolicy policy = replaced ? replacing : route.rateLimits();
    LimitChoice choice = own == null ? LimitChoice.OVERRIDE : own.hostLimits();
    boolean withHost = !replaced && choice.withHost(route.withHostRateLimits(), route.rateLimits());
    if (policy.isEmpty() && (!withHost || route.hostRateLimits().isEmpty())) {
      return List.of();
    }
    var asked =
        new RateLimitPolicy.Request(
            headers,
            callbacks.streamInfo(),
            route.clusterName(),
            settings.localCluster(),
            settings.disabling());
    List<Descriptor> descriptors = new ArrayList<>();
    policy.addDescriptors(asked, settings.stage(), done, descriptors);
    if (withHost) {
      route.hostRateLimits().addDescriptors(asked, settings.stage(), done, descriptors);
    }
    return descriptors;
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    return waiting ? FilterDataStatus.STOP_ITERATION_AND_WATERMARK : FilterDataStatus.CONTINUE;
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    return waiting ? FilterTrailersStatus.STOP_ITERATION : FilterTrailersStatus.CONTINUE;
  }

  // ---- what the service says

  @Override
  public void onMessage(byte[] message) {
    answer = RateLimitMessages.answer(message);
  }

  @Override
  public void onClose(int status, String message) {
    call = null;
    waiting = false;
    Answer said = status == GrpcCall.OK ? answer : null;
    LimitStats.Counters counters = counters();
    if (said == null) {
      answer = null;
      counters.error().inc();
      failed(counters);
      return;
    }
    if (said.metadata() != null) {
      String namespace = settings.metadataNamespace();
      callbacks
          .streamInfo()
          .dynamicMetadata()
          .merge(namespace.isEmpty() ? "envoy.filters.http.ratelimit" : namespace, said.metadata());
    }
    if (said.overLimit()) {
      counters.overLimit().inc();
      if (settings.enforced().hits(callbacks.worker().random().nextLong())) {
        refuse(said);
        return;
      }
    } else {
      counters.ok().inc();
    }
    goOn(said);
  }

  private LimitStats.Counters counters() {
    return stats.of(callbacks.route() instanceof LimitedRoute route ? route.clusterName() : null);
  }

  private void failed(LimitStats.Counters counters) {
    if (settings.denyOnFailure().hits(callbacks.worker().random().nextLong())) {
      callbacks.streamInfo().setResponseFlag(ResponseFlag.RATE_LIMIT_SERVICE_ERROR);
      callbacks.sendLocalReply(
          new LocalReply(settings.statusOnError(), NO_BODY, null, null, "rate_limiter_error"));
      return;
    }
    counters.failureModeAllowed().inc();
    callbacks.continueDecoding();
  }

  private void refuse(Answer said) {
    refused = true;
    callbacks.streamInfo().setResponseFlag(ResponseFlag.RATE_LIMITED);
    callbacks.sendLocalReply(
        new LocalReply(
            settings.status(),
            said.body(),
            reply -> mark(said, reply),
            settings.resourceExhausted() ? RESOURCE_EXHAUSTED : null,
            "request_rate_limited"));
  }

  private void mark(Answer said, HeaderMap reply) {
    for (Answer.Header header : said.responseHeaders()) {
      if (header.name().equalsIgnoreCase("content-type")) {
        reply.remove(HeaderName.CONTENT_TYPE);
      }
    }
    addHeaders(said, reply);
    if (settings.retryAfter() && !said.limits().isEmpty()) {
      long longest = 0;
      for (int i = 0; i < said.limits().size(); i++) {
        Answer.Limit limit = said.limits().get(i);
        longest = limit.remaining() == 0 ? Math.max(longest, limit.resetSeconds()) : longest;
      }
      reply.set(RETRY_AFTER, Long.toString(longest));
    }
    settings
        .responseHeaders()
        .apply(reply, FormatContext.ofStream(request, reply, callbacks.streamInfo()));
  }

  private void goOn(Answer said) {
    HeaderMap headers = request;
    for (Answer.Header header : said.requestHeaders()) {
      if (headers != null) {
        headers.add(header.name(), header.value());
      }
    }
    callbacks.continueDecoding();
  }

  // ---- response

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    Answer said = answer;
    if (said != null && !refused) {
      addHeaders(said, headers);
    }
    return FilterHeadersStatus.CONTINUE;
  }

  private void addHeaders(Answer said, HeaderMap headers) {
    for (Answer.Header header : said.responseHeaders()) {
      headers.add(header.name(), header.value());
    }
    if (said.overLimit() && settings.markLimited()) {
      headers.set(RATE_LIMITED, "true");
    }
    if (settings.limitHeaders()) {
      LimitHeaders.add(said.limits(), headers);
    }
  }

  /** Some limits are counted only now, by what the request has cost; nobody waits for that. */
  @Override
  public void onStreamComplete() {
    HeaderMap headers = request;
    if (headers == null || call != null) {
      return;
    }
    List<Descriptor> descriptors = descriptors(headers, true);
    if (!descriptors.isEmpty()) {
      ask(descriptors, Unheard.INSTANCE);
      call = null;
    }
  }

  private enum Unheard implements GrpcCallListener {
    INSTANCE;

    @Override
    public void onMessage(byte[] message) {}

    @Override
    public void onClose(int status, String message) {}
  }

  @Override
  public void onDestroy() {
    if (call != null) {
      call.cancel();
      call = null;
    }
  }
}
