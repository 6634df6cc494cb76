package io.weir.proxy.filter.cors;

import io.weir.filter.Counter;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.http.RouteInfo;
import io.weir.proxy.matcher.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers preflight requests and marks responses to allowed origins. */
final class CorsFilter implements HttpFilter {
  private static final HeaderName ALLOW_ORIGIN = HeaderName.of("access-control-allow-origin");
  private static final HeaderName ALLOW_METHODS = HeaderName.of("access-control-allow-methods");
  private static final HeaderName ALLOW_HEADERS = HeaderName.of("access-control-allow-headers");
  private static final HeaderName EXPOSE_HEADERS = HeaderName.of("access-control-expose-headers");
  private static final HeaderName MAX_AGE = HeaderName.of("access-control-max-age");
  private static final HeaderName ALLOW_CREDENTIALS =
      HeaderName.of("access-control-allow-credentials");
  private static final HeaderName ALLOW_PRIVATE_NETWORK =
      HeaderName.of("access-control-allow-private-network");
  private static final HeaderName REQUEST_METHOD = HeaderName.of("access-control-request-method");
  private static final HeaderName REQUEST_HEADERS = HeaderName.of("access-control-request-headers");
  private static final HeaderName REQUEST_PRIVATE_NETWORK =
      HeaderName.of("access-control-request-private-network");

  private final HttpFilterCallbacks callbacks;
  private final Counter valid;
  private final Counter invalid;
  private CorsFilterFactory.@Nullable Policy policy;
  private boolean originAllowed;
  private @Nullable String origin;

  CorsFilter(HttpFilterCallbacks callbacks, Counter valid, Counter invalid) {
    this.callbacks = callbacks;
    this.valid = valid;
    this.invalid = invalid;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    RouteInfo route = callbacks.route();
    CorsFilterFactory.Policy found =
        route == null || route.clusterName() == null ? null : policyOfRoute();
    if (found == null) {
      return FilterHeadersStatus.CONTINUE;
    }
    boolean enabled = found.enabled().hits(callbacks.worker().random().nextLong());
    if (!enabled && !found.shadow().hits(callbacks.worker().random().nextLong())) {
      return FilterHeadersStatus.CONTINUE;
    }
    int entry = headers.find(HeaderName.ORIGIN);
    if (entry < 0 || headers.valueLength(entry) == 0) {
      return FilterHeadersStatus.CONTINUE;
    }
    boolean allowed = allows(found, headers, entry);
    (allowed ? valid : invalid).inc();
    if (!enabled) {
      return FilterHeadersStatus.CONTINUE;
    }
    policy = found;
    boolean preflight =
        headers.valueEquals(HeaderName.METHOD, "OPTIONS") && requestsMethod(headers);
    if (preflight && !allowed && !Boolean.FALSE.equals(found.forwardMismatchingPreflights())) {
      return FilterHeadersStatus.CONTINUE;
    }
    originAllowed = allowed;
    origin = headers.value(entry);
    if (!preflight) {
      return FilterHeadersStatus.CONTINUE;
    }
    originAllowed = false;
    callbacks.encodeHeaders(preflightAnswer(found, headers, allowed), true, "cors_response");
    return FilterHeadersStatus.STOP_ALL_ITERATION_AND_BUFFER;
  }

  /** What a level does not say, the next less specific one does. */
  private CorsFilterFactory.@Nullable Policy policyOfRoute() {
    if (!(callbacks.routeConfig() instanceof CorsFilterFactory.Policy found)) {
      return null;
    }
    List<RouteConfig> levels = callbacks.routeConfigs();
    for (int i = levels.size() - 2; i >= 0; i--) {
      if (levels.get(i) instanceof CorsFilterFactory.Policy wider) {
        found = found.over(wider);
      }
    }
    return found;
  }

  private HeaderMap preflightAnswer(
      CorsFilterFactory.Policy found, HeaderMap headers, boolean allowed) {
    var answer = new HeaderMap();
    answer.add(HeaderName.STATUS, "200");
    if (!allowed) {
      return answer;
    }
    addOrigin(found, answer);
    addAllowed(answer, ALLOW_METHODS, found.allowMethods(), headers.get(REQUEST_METHOD));
    addAllowed(answer, ALLOW_HEADERS, found.allowHeaders(), headers.get(REQUEST_HEADERS));
    addText(answer, MAX_AGE, found.maxAge());
    addText(answer, EXPOSE_HEADERS, found.exposeHeaders());
    if (headers.valueEquals(REQUEST_PRIVATE_NETWORK, "true")
        && Boolean.TRUE.equals(found.allowPrivateNetwork())) {
      answer.set(ALLOW_PRIVATE_NETWORK, "true");
    }
    return answer;
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    CorsFilterFactory.Policy found = policy;
    if (found != null && originAllowed) {
      addOrigin(found, headers);
      addText(headers, EXPOSE_HEADERS, found.exposeHeaders());
    }
    return FilterHeadersStatus.CONTINUE;
  }

  private void addOrigin(CorsFilterFactory.Policy found, HeaderMap headers) {
    String text = origin;
    if (text != null) {
      headers.set(ALLOW_ORIGIN, text);
    }
    if (Boolean.TRUE.equals(found.allowCredentials())) {
      headers.set(ALLOW_CREDENTIALS, "true");
    }
  }

  private static void addText(HeaderMap headers, HeaderName name, String text) {
    if (!text.isEmpty()) {
      headers.set(name, text);
    }
  }

  /** A star allows what was asked for. */
  private static void addAllowed(
      HeaderMap answer, HeaderName name, String allowed, @Nullable String asked) {
    if (!allowed.equals("*")) {
      addText(answer, name, allowed);
    } else {
      answer.set(name, asked == null ? "" : asked);
    }
  }

  private static boolean requestsMethod(HeaderMap headers) {
    int entry = headers.find(REQUEST_METHOD);
    return entry >= 0 && headers.valueLength(entry) > 0;
  }

  private static boolean allows(CorsFilterFactory.Policy found, HeaderMap headers, int entry) {
    if (found.anyOrigin()) {
      return true;
    }
    List<StringMatcher> origins = found.origins();
    for (int i = 0; i < origins.size(); i++) {
      if (origins
          .get(i)
          .matches(headers.bytes(), headers.valueStart(entry), headers.valueLength(entry))) {
        return true;
      }
    }
    return false;
  }
}
