package io.weir.proxy.filter.csrf;

import io.weir.filter.Counter;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;

/** Compares host and port of {@code origin} (or {@code referer}) with those of the target. */
final class CsrfFilter implements HttpFilter {
  private final HttpFilterCallbacks callbacks;
  private final CsrfFilterFactory.Policy configured;
  private final CsrfStats stats;

  /** Statistics of one worker. */
  record CsrfStats(Counter missing, Counter invalid, Counter valid) {}

  CsrfFilter(HttpFilterCallbacks callbacks, CsrfFilterFactory.Policy configured, CsrfStats stats) {
    this.callbacks = callbacks;
    this.configured = configured;
    this.stats = stats;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    var policy =
        callbacks.routeConfig() instanceof CsrfFilterFactory.Policy route ? route : configured;
    boolean enabled = policy.enabled().hits(callbacks.worker().random().nextLong());
    boolean counted = enabled || policy.shadow().hits(callbacks.worker().random().nextLong());
    if (!counted || !changesSomething(headers)) {
      return FilterHeadersStatus.CONTINUE;
    }
    int source = headers.find(HeaderName.ORIGIN);
    if (source < 0 || headers.valueLength(source) == 0) {
      source = headers.find(HeaderName.REFERER);
    }
    int start = source < 0 ? -1 : hostStart(headers, source);
    boolean valid;
    if (start < 0) {
      stats.missing.inc();
      valid = false;
    } else {
      valid = matches(headers, policy, start, hostEnd(headers, source, start));
      (valid ? stats.valid : stats.invalid).inc();
    }
    if (valid || !enabled) {
      return FilterHeadersStatus.CONTINUE;
    }
    callbacks.sendLocalReply(LocalReply.of(403, "Invalid origin", "csrf_origin_mismatch"));
    return FilterHeadersStatus.STOP_ITERATION;
  }

  private static boolean changesSomething(HeaderMap headers) {
    int method = headers.find(HeaderName.METHOD);
    return method >= 0
        && (headers.valueEquals(method, "POST")
            || headers.valueEquals(method, "PUT")
            || headers.valueEquals(method, "DELETE")
            || headers.valueEquals(method, "PATCH"));
  }

  /** Where the host of an absolute URL begins; a text that is none counts as a host. */
  private static int hostStart(HeaderMap headers, int entry) {
    byte[] bytes = headers.bytes();
    int end = headers.valueStart(entry) + headers.valueLength(entry);
    for (int i = headers.valueStart(entry); i + 2 < end; i++) {
      if (bytes[i] == ':' && bytes[i + 1] == '/' && bytes[i + 2] == '/') {
        return i + 3 < end ? i + 3 : headers.valueStart(entry);
      }
    }
    return headers.valueLength(entry) == 0 || headers.valueEquals(entry, "null")
        ? -1
        : headers.valueStart(entry);
  }

  private static int hostEnd(HeaderMap headers, int entry, int start) {
    byte[] bytes = headers.bytes();
    int end = headers.valueStart(entry) + headers.valueLength(entry);
    for (int i = start; i < end; i++) {
      if (bytes[i] == '/' || bytes[i] == '?' || bytes[i] == '#') {
        return i;
      }
    }
    return end;
  }

  private static boolean matches(
      HeaderMap headers, CsrfFilterFactory.Policy policy, int start, int end) {
    int target = headers.find(HeaderName.AUTHORITY);
    byte[] bytes = headers.bytes();
    int length = end - start;
    if (target >= 0 && headers.valueLength(target) == length) {
      int at = headers.valueStart(target);
      if (java.util.Arrays.equals(bytes, start, end, bytes, at, at + length)) {
        return true;
      }
    }
    for (int i = 0; i < policy.origins().size(); i++) {
      if (policy.origins().get(i).matches(bytes, start, length)) {
        return true;
      }
    }
    return false;
  }
}
