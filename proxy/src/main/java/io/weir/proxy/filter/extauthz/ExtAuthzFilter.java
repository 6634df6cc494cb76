package io.weir.proxy.filter.extauthz;

import io.weir.filter.ResponseFlag;
import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpCall;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.RouteInfo;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.filter.extauthz.AuthzSettings.BodyLimit;
import io.weir.proxy.filter.extauthz.AuthzStats.Result;
import org.jspecify.annotations.Nullable;

/** Holds a request until the service has said what is to become of it. */
final class ExtAuthzFilter implements HttpFilter, HttpCallListener {
  private static final HeaderName FAILURE_ALLOWED =
      HeaderName.of("x-envoy-auth-failure-mode-allowed");
  private static final HeaderName REMOVE = HeaderName.of("x-envoy-auth-headers-to-remove");
  private static final byte[] NO_BODY = {};

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
  private @Nullable HeaderMap toResponse;
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
    refuse(settings.statusOnError(), NO_BODY, null, "ext_authz_error");
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
    CheckRequest check = CheckRequest.of(settings, headers, body, limit, complete);
    inCallback = true;
    HttpCall started =
        callbacks
            .worker()
            .clusters()
            .call(
                settings.cluster(),
                check.headers(),
                check.body(),
                null,
                new CallOptions(settings.timeoutMillis(), false, 0, callbacks.streamId()),
                this);
    if (started == null) {
      failed();
    } else if (state == State.CALLING) {
      call = started;
    }
    inCallback = false;
  }

  // ---- what the service says

  @Override
  public void onResponse(HeaderMap headers, Buffer body, @Nullable HeaderMap trailers) {
    call = null;
    int status = (int) headers.valueAsLong(headers.find(HeaderName.STATUS));
    if (status == 200) {
      admit(headers);
    } else if (status >= 500) {
      failed();
    } else {
      stats.count(Result.DENIED, cluster());
      refuse(status, body.toByteArray(), headers, "ext_authz_denied");
    }
  }

  @Override
  public void onFailure(StreamResetReason reason) {
    call = null;
    failed();
  }

  private @Nullable String cluster() {
    RouteInfo route = callbacks.route();
    return route == null ? null : route.clusterName();
  }

  private void admit(HeaderMap answer) {
    stats.count(Result.OK, cluster());
    HeaderMap headers = request;
    if (headers != null && change(headers, answer) && settings.clearRouteCache()) {
      callbacks.clearRouteCache();
    }
    var response = new HeaderMap();
    for (int e = answer.first(); e >= 0; e = answer.next(e)) {
      if (settings.toAdmittedClient().has(answer, e)) {
        response.add(answer.name(e), answer.value(e));
      }
      if (settings.toMetadata().has(answer, e)) {
        callbacks
            .streamInfo()
            .dynamicMetadata()
            .set(callbacks.filterConfigName(), answer.name(e), Value.of(answer.value(e)));
      }
    }
    toResponse = response;
    goOn();
  }

  /** Takes over what the service sets, adds and removes; false when that is nothing. */
  private boolean change(HeaderMap headers, HeaderMap answer) {
    boolean changed = false;
    for (int e = answer.first(); e >= 0; e = answer.next(e)) {
      HeaderName name = HeaderName.of(answer.name(e));
      if (settings.replaced().has(answer, e)) {
        headers.set(name, answer.value(e));
        changed = true;
      }
      if (settings.appended().has(answer, e)) {
        headers.add(name, answer.value(e));
        changed = true;
      }
    }
    String remove = answer.getJoined(REMOVE);
    if (remove != null) {
      for (String part : remove.split(",")) {
        String name = part.strip();
        if (!name.isEmpty() && !name.startsWith(":") && !name.equalsIgnoreCase("host")) {
          headers.remove(HeaderName.of(name));
          changed = true;
        }
      }
    }
    return changed;
  }

  private void failed() {
    stats.count(Result.ERROR, cluster());
    if (!settings.failureModeAllow()) {
      refuse(settings.statusOnError(), NO_BODY, null, "ext_authz_error");
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

  private void refuse(int status, byte[] body, @Nullable HeaderMap answer, String details) {
    callbacks.streamInfo().setResponseFlag(ResponseFlag.UNAUTHORIZED_EXTERNAL_SERVICE);
    callbacks.sendLocalReply(
        new LocalReply(status, body, reply -> copyToClient(answer, reply), null, details));
  }

  private void copyToClient(@Nullable HeaderMap answer, HeaderMap reply) {
    if (answer == null) {
      return;
    }
    HeaderNames allowed = settings.toClient();
    for (int e = answer.first(); e >= 0; e = answer.next(e)) {
      String name = answer.name(e);
      boolean own = name.startsWith(":") || name.equals("content-length") || name.equals("date");
      if (!own && (allowed.isEmpty() || allowed.has(answer, e))) {
        reply.add(name, answer.value(e));
      }
    }
  }

  // ---- response

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean end) {
    if (toResponse != null) {
      headers.addAll(toResponse);
    }
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
