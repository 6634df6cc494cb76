package io.weir.proxy.filter.jwt;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Lets requests pass whose tokens meet the requirement of their rule. */
final class JwtFilter implements HttpFilter {
  private static final HeaderName REQUEST_METHOD = HeaderName.of("access-control-request-method");
  private static final HeaderName WWW_AUTHENTICATE = HeaderName.of("www-authenticate");
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final HttpFilterCallbacks callbacks;
  private final JwtSettings settings;
  private final JwtFilterFactory.JwtStats stats;
  private final VerifiedTokens verified;
  private @Nullable Check check;
  private boolean calling;
  private boolean waiting;
  private boolean answered;

  JwtFilter(
      HttpFilterCallbacks callbacks,
      JwtSettings settings,
      JwtFilterFactory.JwtStats stats,
      VerifiedTokens verified) {
    this.callbacks = callbacks;
    this.settings = settings;
    this.stats = stats;
    this.verified = verified;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    if (settings.bypassPreflight() && isPreflight(headers)) {
      stats.bypassed().inc();
      return FilterHeadersStatus.CONTINUE;
    }
    Requirement requirement = settings.find(headers, callbacks.streamInfo());
    if (callbacks.routeConfig() instanceof JwtSettings.PerRoute route) {
      if (route.requirementName() == null) {
        stats.allowed().inc();
        return FilterHeadersStatus.CONTINUE;
      }
      requirement = settings.named().get(route.requirementName());
      if (requirement == null) {
        wrongName(route.requirementName());
        return FilterHeadersStatus.STOP_ITERATION;
      }
    }
    if (requirement == null) {
      stats.allowed().inc();
      return FilterHeadersStatus.CONTINUE;
    }
    settings.setHeaders().forEach(headers::remove);
    var started = new Check(callbacks, headers, verified);
    check = started;
    waiting = true;
    calling = true;
    started.verify(requirement, status -> finish(headers, started, status));
    calling = false;
    return waiting || answered ? FilterHeadersStatus.STOP_ITERATION : FilterHeadersStatus.CONTINUE;
  }

  private static boolean isPreflight(HeaderMap headers) {
    int origin = headers.find(HeaderName.ORIGIN);
    int method = headers.find(REQUEST_METHOD);
    return headers.valueEquals(HeaderName.METHOD, "OPTIONS")
        && origin >= 0
        && headers.valueLength(origin) > 0
        && method >= 0
        && headers.valueLength(method) > 0;
  }

  private void finish(HeaderMap headers, Check finished, JwtStatus status) {
    waiting = false;
    if (status != JwtStatus.OK) {
      deny(headers, status);
      return;
    }
    stats.allowed().inc();
    finished.removeTokens();
    if (finished.clearRouteCache()) {
      callbacks.clearRouteCache();
    }
    if (!calling) {
      callbacks.continueDecoding();
    }
  }

  private void deny(HeaderMap headers, JwtStatus status) {
    stats.denied().inc();
    answered = true;
    boolean audience = status == JwtStatus.AUDIENCE_NOT_ALLOWED;
    String challenge = challenge(headers, status);
    boolean strip = settings.stripFailure();
    callbacks.sendLocalReply(
        new LocalReply(
            audience ? FORBIDDEN : UNAUTHORIZED,
            strip ? new byte[0] : status.text().getBytes(StandardCharsets.UTF_8),
            strip ? null : answer -> answer.set(WWW_AUTHENTICATE, challenge),
            null,
            "jwt_authn_access_denied{" + status.text() + "}"));
  }

  private static String challenge(HeaderMap headers, JwtStatus status) {
    var text = new StringBuilder("Bearer realm=\"");
    text.append(headers.get(HeaderName.SCHEME) == null ? "http" : headers.get(HeaderName.SCHEME));
    text.append("://").append(headers.get(HeaderName.AUTHORITY));
    text.append(headers.get(HeaderName.PATH)).append('"');
    if (status != JwtStatus.MISSING) {
      text.append(", error=\"invalid_token\"");
    }
    return text.toString();
  }

  private void wrongName(String name) {
    stats.denied().inc();
    String known = String.join(",", new TreeSet<>(settings.named().keySet()));
    String body =
        "Failed JWT authentication: Wrong requirement_name: "
            + name
            + ". It should be one of ["
            + known
            + "]";
    callbacks.sendLocalReply(
        LocalReply.of(
            FORBIDDEN,
            body,
            "jwt_authn_access_denied{" + body.substring(body.indexOf("Wrong")) + "}"));
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    return waiting ? FilterDataStatus.STOP_ITERATION_AND_WATERMARK : FilterDataStatus.CONTINUE;
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    return waiting ? FilterTrailersStatus.STOP_ITERATION : FilterTrailersStatus.CONTINUE;
  }

  @Override
  public void onDestroy() {
    if (check != null) {
      check.abandon();
    }
  }
}
