package io.weir.controlplane.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How requests for a host are matched and where they go (networking.istio.io). */
public record VirtualService(
    List<String> hosts,
    List<String> gateways,
    List<HttpRoute> http,
    List<TlsRoute> tls,
    List<TcpRoute> tcp,
    List<String> exportTo)
    implements ConfigSpec {

  /** One rule for HTTP: any of its matches, then one action. */
  public record HttpRoute(
      String name,
      List<HttpMatch> match,
      List<HttpDestination> route,
      @Nullable Redirect redirect,
      @Nullable DirectResponse directResponse,
      @Nullable Delegate delegate,
      @Nullable Rewrite rewrite,
      @Nullable Duration timeout,
      @Nullable Retries retries,
      @Nullable Fault fault,
      @Nullable Destination mirror,
      List<Mirror> mirrors,
      @Nullable Integer mirrorPercent,
      @Nullable Percent mirrorPercentage,
      @Nullable CorsPolicy corsPolicy,
      @Nullable HeaderRules headers) {}

  /** All conditions must hold. */
  public record HttpMatch(
      String name,
      @Nullable StringMatch uri,
      @Nullable StringMatch scheme,
      @Nullable StringMatch method,
      @Nullable StringMatch authority,
      Map<String, StringMatch> headers,
      int port,
      Map<String, String> sourceLabels,
      List<String> gateways,
      Map<String, StringMatch> queryParams,
      boolean ignoreUriCase,
      Map<String, StringMatch> withoutHeaders,
      String sourceNamespace,
      String statPrefix) {}

  /** A destination with its share and its own header rules. */
  public record HttpDestination(
      Destination destination, int weight, @Nullable HeaderRules headers) {}

  /** A redirect; an empty field keeps the request's part. */
  public record Redirect(
      String uri,
      @Nullable String prefixRewrite,
      String authority,
      int port,
      @Nullable RedirectPort derivePort,
      String scheme,
      int redirectCode) {}

  /** Where a redirect's port comes from when it is not given. */
  public enum RedirectPort {
    FROM_PROTOCOL_DEFAULT,
    FROM_REQUEST_PORT
  }

  /** An answer made by the proxy. */
  public record DirectResponse(int status, @Nullable Body body) {}

  /** The body of a direct response; {@code bytes} is base64. */
  public record Body(@Nullable String string, @Nullable String bytes) {}

  /** Another VirtualService that holds the rest of the rule. */
  public record Delegate(String name, String namespace) {}

  /** Changes of path and authority on the way to the destination. */
  public record Rewrite(String uri, String authority, @Nullable RegexRewrite uriRegexRewrite) {}

  /** RE2 match and substitution on the path. */
  public record RegexRewrite(String match, String rewrite) {}

  /** Retry policy; null fields take the mesh's defaults. */
  public record Retries(
      int attempts,
      @Nullable Duration perTryTimeout,
      String retryOn,
      @Nullable Boolean retryRemoteLocalities,
      @Nullable Boolean retryIgnorePreviousHosts,
      @Nullable Duration backoff) {}

  /** Injected delays and failures. */
  public record Fault(@Nullable Delay delay, @Nullable Abort abort) {}

  /** A delay before the request goes on. */
  public record Delay(
      int percent,
      @Nullable Duration fixedDelay,
      @Nullable Duration exponentialDelay,
      @Nullable Percent percentage) {}

  /** A failure instead of the upstream's answer. */
  public record Abort(
      @Nullable Integer httpStatus,
      @Nullable String grpcStatus,
      @Nullable String http2Error,
      @Nullable Percent percentage) {}

  /** A copy of the request whose answer is thrown away. */
  public record Mirror(Destination destination, @Nullable Percent percentage) {}

  /** Cross-origin rules. */
  public record CorsPolicy(
      List<String> allowOrigin,
      List<StringMatch> allowOrigins,
      List<String> allowMethods,
      List<String> allowHeaders,
      List<String> exposeHeaders,
      @Nullable Duration maxAge,
      @Nullable Boolean allowCredentials,
      @Nullable UnmatchedPreflights unmatchedPreflights) {}

  /** What becomes of preflight requests from other origins. */
  public enum UnmatchedPreflights {
    UNSPECIFIED,
    FORWARD,
    IGNORE
  }

  /** Header changes in both directions. */
  public record HeaderRules(
      @Nullable HeaderOperations request, @Nullable HeaderOperations response) {}

  /** Header changes of one direction. */
  public record HeaderOperations(
      Map<String, String> set, Map<String, String> add, List<String> remove) {}

  /** One rule for TLS connections that are passed through, by SNI. */
  public record TlsRoute(List<TlsMatch> match, List<RouteDestination> route) {}

  /** All conditions must hold. */
  public record TlsMatch(
      List<String> sniHosts,
      List<String> destinationSubnets,
      int port,
      Map<String, String> sourceLabels,
      List<String> gateways,
      String sourceNamespace) {}

  /** One rule for TCP connections. */
  public record TcpRoute(List<L4Match> match, List<RouteDestination> route) {}

  /** All conditions must hold. */
  public record L4Match(
      List<String> destinationSubnets,
      int port,
      String sourceSubnet,
      Map<String, String> sourceLabels,
      List<String> gateways,
      String sourceNamespace) {}

  /** A destination with its share of connections. */
  public record RouteDestination(Destination destination, int weight) {}
}
