package io.weir.proxy.router;

import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.StreamInfo;
import io.weir.filter.TlsInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.matcher.HeaderMatcher;
import io.weir.proxy.matcher.MetadataMatcher;
import io.weir.proxy.matcher.QueryParameters;
import io.weir.proxy.matcher.StringMatcher;
import io.weir.proxy.tracing.RouteTracing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A route of a virtual host as configured. Immutable. */
record RouteEntry(
    String name,
    Metadata metadata,
    VirtualHost virtualHost,
    Condition condition,
    RouteAction action,
    HeaderMutations requestMutations,
    HeaderMutations responseMutations,
    FilterConfigs filterConfigs,
    long bufferLimit,
    String decoratorOperation,
    boolean decoratorPropagate,
    @Nullable RouteTracing tracing,
    String statPrefix) {

  /**
   * When the route is taken, beside its path.
   *
   * @param tlsPresented whether a client certificate must (not) have been presented; null for any
   * @param tlsValidated whether it must (not) have been validated
   */
  record Condition(
      PathMatch path,
      List<HeaderMatcher> headers,
      List<QueryParameters.Matcher> query,
      List<CookieMatch> cookies,
      @Nullable RuntimeFraction fraction,
      boolean grpc,
      @Nullable Boolean tlsPresented,
      @Nullable Boolean tlsValidated,
      List<MetadataMatcher> dynamicMetadata,
      List<FilterStateMatch> filterState) {

    static Condition of(PathMatch path) {
      return new Condition(
          path, List.of(), List.of(), List.of(), null, false, null, null, List.of(), List.of());
    }
  }

  /** A cookie that must match. */
  record CookieMatch(String name, @Nullable StringMatcher value, boolean invert) {
    boolean matches(HeaderMap headers) {
      String cookie = io.weir.proxy.matcher.Cookies.get(headers, name);
      boolean found = cookie != null && (value == null || value.matches(cookie));
      return found != invert;
    }
  }

  /** An object of filter state whose text must match. */
  record FilterStateMatch(String key, StringMatcher value) {
    boolean matches(StreamInfo info) {
      String text =
          info.filterState().get(key) instanceof FilterState.Serializable object
              ? object.serializeAsString()
              : null;
      return text != null && value.matches(text);
    }
  }

  /**
   * Whether the route takes a request.
   *
   * @param path bytes that hold the path, without query and fragment
   * @param start where it stands in them
   */
  boolean matches(
      HeaderMap headers,
      byte[] path,
      int start,
      int length,
      boolean connect,
      StreamInfo info,
      long random) {
    if (connect != (condition.path instanceof PathMatch.Connect)
        || !condition.path.matches(path, start, length)) {
      return false;
    }
    if (condition.fraction != null && !condition.fraction.hits(random)) {
      return false;
    }
    return HeaderMatcher.matchesAll(condition.headers, headers)
        && QueryParameters.matchesAll(condition.query, headers)
        && (!condition.grpc || isGrpc(headers))
        && matchesRest(headers, info);
  }

  private boolean matchesRest(HeaderMap headers, StreamInfo info) {
    for (int i = 0; i < condition.cookies.size(); i++) {
      if (!condition.cookies.get(i).matches(headers)) {
        return false;
      }
    }
    for (int i = 0; i < condition.dynamicMetadata.size(); i++) {
      if (!condition.dynamicMetadata.get(i).matches(info.dynamicMetadata())) {
        return false;
      }
    }
    for (int i = 0; i < condition.filterState.size(); i++) {
      if (!condition.filterState.get(i).matches(info)) {
        return false;
      }
    }
    if (condition.tlsPresented == null && condition.tlsValidated == null) {
      return true;
    }
    TlsInfo tls = info.connection().tls();
    boolean presented = tls != null && !tls.peerCertificates().isEmpty();
    boolean validated = tls != null && tls.peerValidated();
    return (condition.tlsPresented == null || condition.tlsPresented == presented)
        && (condition.tlsValidated == null || condition.tlsValidated == validated);
  }

  /** Whether the content type is {@code application/grpc} or one of its variants. */
  static boolean isGrpc(HeaderMap headers) {
    int entry = headers.find(HeaderName.CONTENT_TYPE);
    if (entry < 0) {
      return false;
    }
    String grpc = "application/grpc";
    int length = headers.valueLength(entry);
    int start = headers.valueStart(entry);
    if (length < grpc.length() || length > grpc.length() && headers.bytes()[start + 16] != '+') {
      return false;
    }
    for (int i = 0; i < grpc.length(); i++) {
      if (headers.bytes()[start + i] != grpc.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
