package io.weir.proxy.filter.extauthz;

import io.weir.filter.ResponseFlag;
import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpCall;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.http.RouteInfo;
import io.weir.proxy.filter.extauthz.AuthzSettings.BodyLimit;
import io.weir.proxy.filter.extauthz.AuthzStats.Result;
import io.weir.proxy.filter.headermutation.QueryText;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds a request until the service has said what is to become of it. */
final class ExtAuthzFilter implements HttpFilter {
  private static final HeaderName FAILURE_ALLOWED =
      HeaderName.of("x-envoy-auth-failure-mode-allowed");
  private static final byte[] NO_BODY = {};
  private static final int SERVER_ERROR = 500;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private enum State {
    NOT_STARTED,
    BUFFERING,
    CALLING,
    DONE
  }

  private final HttpFilterCallbacks callbacks;
  private final AuthzSettings settings;
  private final AuthzStats stats;
  private State state = State.NOT_STARTED;
  private boolean inCallback;
  private @Nullable BodyLimit limit;
  private @Nullable HeaderMap request;
  private List<HeaderChange> toResponse = List.of();
  private long askedNanos;
  private @Nullable HttpCall call;

  ExtAuthzFilter(HttpFilterCallbacks callbacks, AuthzSettings settings, AuthzStats stats) {
    this.callbacks = callbacks;
    this.settings = settings;
    this.stats = stats;
  }

  // ---- request

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    RouteInfo route = callbacks.route();
    RouteCheck own = callbacks.routeConfig() instanceof RouteCheck found ? found : null;
    if (route == null || own != null && own.disabled()) {
      state = State.DONE;
      return FilterHeadersStatus.CONTINUE;
    }
    if (!enabled()) {
      return disabled();
    }
    request = headers;
    limit = own == null || own.body() == null ? settings.body() : own.body();
    if (endStream || own != null && own.withoutBody()) {
      limit = null;
    }
    if (limit != null) {
      if (!limit.partial()) {
        callbacks.setBufferLimit(limit.maxBytes());
      }
      state = State.BUFFERING;
      return FilterHeadersStatus.STOP_ITERATION;
    }
    ask(null, true);
    return state == State.DONE
        ? FilterHeadersStatus.CONTINUE
        : FilterHeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK;
  }

  private boolean enabled() {
    return settings.enabled().hits(callbacks.worker().random().nextLong())
        && (settings.enabledBy() == null
            || settings.enabledBy().matches(callbacks.streamInfo().dynamicMetadata()));
  }

  private FilterHeadersStatus disabled() {
    stats.count(Result.DISABLED, null);
    state = State.DONE;
    if (!settings.denyAtDisable().getAsBoolean()) {
      return FilterHeadersStatus.CONTINUE;
    }
    refuse(settings.statusOnError(), NO_BODY, List.of(), "ext_authz_error");
    return FilterHeadersStatus.STOP_ITERATION;
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    BodyLimit most = limit;
    if (state == State.CALLING) {
      return FilterDataStatus.STOP_ITERATION_AND_WATERMARK;
    }
    if (state != State.BUFFERING || most == null) {
      return FilterDataStatus.CONTINUE;
    }
    Buffer before = callbacks.decodingBuffer();
    long length = data.length() + (before == null ? 0 : before.length());
    if (!endStream && !(most.partial() && length >= most.maxBytes())) {
      return FilterDataStatus.STOP_ITERATION_AND_BUFFER;
    }
    callbacks.addDecodedData(data, most.partial());
    ask(callbacks.decodingBuffer(), endStream);
    return state == State.DONE
        ? FilterDataStatus.CONTINUE
        : FilterDataStatus.STOP_ITERATION_AND_WATERMARK;
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    if (state == State.BUFFERING) {
      ask(callbacks.decodingBuffer(), true);
    }
    return state == State.DONE
        ? FilterTrailersStatus.CONTINUE
        : FilterTrailersStatus.STOP_ITERATION;
  }

  private void ask(@Nullable Buffer body, boolean complete) {
    HeaderMap headers = request;
    if (headers == null) {
      return;
    }
    state = State.CALLING;
    inCallback = true;
    askedNanos = callbacks.worker().nanoTime();
    HttpCall started =
        settings
            .service()
            .ask(
                new AuthzService.Question(callbacks, headers, body, limit, complete, extensions()),
                this::decided);
    if (state == State.CALLING) {
      call = started;
    }
    inCallback = false;
  }

  /** The most specific level has the last word on each key. */
  private Map<String, String> extensions() {
    List<RouteConfig> levels = callbacks.routeConfigs();
    if (levels.isEmpty()) {
      return Map.of();
    }
    Map<String, String> extensions = new LinkedHashMap<>();
    for (int i = 0; i < levels.size(); i++) {
      if (levels.get(i) instanceof RouteCheck level) {
        extensions.putAll(level.extensions());
      }
    }
    return extensions;
  }

  // ---- what the service says

  private void decided(Verdict verdict) {
    call = null;
    switch (verdict) {
      case Verdict.Allowed allowed -> admit(allowed);
      case Verdict.Denied denied -> deny(denied);
      case Verdict.Failed _ -> failed();
    }
  }

  private @Nullable String cluster() {
    RouteInfo route = callbacks.route();
    return route == null ? null : route.clusterName();
  }

  private void admit(Verdict.Allowed allowed) {
    if (settings.validate() && !allowed.valid()) {
      invalid();
      return;
    }
    HeaderMap headers = request;
    boolean changed = allowed.changesRequest();
    if (headers != null && changed && !change(headers, allowed)) {
      invalid();
      return;
    }
    stats.count(Result.OK, cluster());
    if (changed && settings.clearRouteCache()) {
      callbacks.clearRouteCache();
    }
    Value.MapValue metadata = allowed.metadata();
    if (metadata != null && !metadata.fields().isEmpty()) {
      long millis = (callbacks.worker().nanoTime() - askedNanos) / NANOS_PER_MILLI;
      keep(metadata.with("ext_authz_duration", Value.of((double) millis)));
    }
    toResponse = allowed.response();
    goOn();
  }

  private void invalid() {
    stats.count(Result.INVALID, cluster());
    refuse(SERVER_ERROR, NO_BODY, List.of(), "ext_authz_invalid");
  }

  /** Takes over what the service sets, adds and removes; false when it may not. */
  private boolean change(HeaderMap headers, Verdict.Allowed allowed) {
    for (int i = 0; i < allowed.request().size(); i++) {
      HeaderChange change = allowed.request().get(i);
      if (mayChange(change.name().toString())) {
        change.apply(headers);
      } else if (refusalIsError()) {
        return false;
      }
    }
    for (int i = 0; i < allowed.removed().size(); i++) {
      String name = allowed.removed().get(i).toLowerCase(Locale.ROOT);
      if (name.startsWith(":") || name.equals("host")) {
        continue;
      }
      if (mayChange(name)) {
        headers.remove(HeaderName.of(name));
      } else if (refusalIsError()) {
        return false;
      }
    }
    changeQuery(headers, allowed);
    return true;
  }

  private static void changeQuery(HeaderMap headers, Verdict.Allowed allowed) {
    String path = headers.get(HeaderName.PATH);
    if (path == null || allowed.query().isEmpty() && allowed.removedQuery().isEmpty()) {
      return;
    }
    var query = new QueryText(path);
    allowed.query().forEach((name, value) -> query.set(name, QueryText.escape(value)));
    allowed.removedQuery().forEach(query::remove);
    headers.set(HeaderName.PATH, query.toString());
  }

  private boolean mayChange(String name) {
    return settings.rules() == null || settings.rules().allows(name);
  }

  private boolean refusalIsError() {
    return settings.rules() != null && settings.rules().refusalIsError();
  }

  private void keep(Value.@Nullable MapValue metadata) {
    if (metadata == null || metadata.fields().isEmpty() || !settings.takeMetadata()) {
      return;
    }
    callbacks.streamInfo().dynamicMetadata().merge(callbacks.filterConfigName(), metadata);
  }

  private void deny(Verdict.Denied denied) {
    stats.count(Result.DENIED, cluster());
    keep(denied.metadata());
    byte[] body = denied.body();
    long most = settings.maxDeniedBody();
    refuse(
        denied.status(),
        most > 0 && body.length > most ? Arrays.copyOf(body, (int) most) : body,
        denied.headers(),
        "ext_authz_denied");
  }

  private void failed() {
    stats.count(Result.ERROR, cluster());
    if (!settings.failureModeAllow()) {
      refuse(settings.statusOnError(), NO_BODY, List.of(), "ext_authz_error");
      return;
    }
    stats.count(Result.FAILURE_MODE_ALLOWED, cluster());
    if (settings.markAllowedFailures() && request != null) {
      request.set(FAILURE_ALLOWED, "true");
    }
    goOn();
  }

  private void goOn() {
    state = State.DONE;
    if (!inCallback) {
      callbacks.continueDecoding();
    }
  }

  private void refuse(int status, byte[] body, List<HeaderChange> headers, String details) {
    callbacks.streamInfo().setResponseFlag(ResponseFlag.UNAUTHORIZED_EXTERNAL_SERVICE);
    callbacks.sendLocalReply(
        new LocalReply(status, body, reply -> apply(headers, reply), null, details));
  }

  private static void apply(List<HeaderChange> changes, HeaderMap headers) {
    for (int i = 0; i < changes.size(); i++) {
      changes.get(i).apply(headers);
    }
  }

  // ---- response

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean end) {
    apply(toResponse, headers);
    return FilterHeadersStatus.CONTINUE;
  }

  @Override
  public void onDestroy() {
    if (call != null) {
      call.cancel();
      call = null;
    }
  }
}
