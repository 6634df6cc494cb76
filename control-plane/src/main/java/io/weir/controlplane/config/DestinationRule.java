package io.weir.controlplane.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Policies for traffic to a host after routing (networking.istio.io). */
public record DestinationRule(
    String host,
    @Nullable TrafficPolicy trafficPolicy,
    List<Subset> subsets,
    List<String> exportTo,
    @Nullable Selector workloadSelector)
    implements ConfigSpec {

  /** Endpoints of the host with these labels, under their own policy. */
  public record Subset(
      String name, Map<String, String> labels, @Nullable TrafficPolicy trafficPolicy) {}

  /** Blocks that replace one another whole: port over subset over rule. */
  public record TrafficPolicy(
      @Nullable LoadBalancer loadBalancer,
      @Nullable ConnectionPool connectionPool,
      @Nullable OutlierDetection outlierDetection,
      @Nullable ClientTls tls,
      List<PortPolicy> portLevelSettings,
      @Nullable Tunnel tunnel,
      @Nullable ProxyProtocol proxyProtocol,
      @Nullable RetryBudget retryBudget) {

    /** A policy with nothing set. */
    public static final TrafficPolicy NONE =
        new TrafficPolicy(null, null, null, null, List.of(), null, null, null);
  }

  /** Settings of one port; they replace all blocks of the policy around them. */
  public record PortPolicy(
      @Nullable PortSelector port,
      @Nullable LoadBalancer loadBalancer,
      @Nullable ConnectionPool connectionPool,
      @Nullable OutlierDetection outlierDetection,
      @Nullable ClientTls tls) {}

  /** How an endpoint is chosen. */
  public record LoadBalancer(
      @Nullable SimpleLb simple,
      @Nullable ConsistentHash consistentHash,
      @Nullable LocalityLb localityLbSetting,
      @Nullable Duration warmupDurationSecs,
      @Nullable Warmup warmup) {}

  /** Choices without parameters. */
  public enum SimpleLb {
    UNSPECIFIED,
    LEAST_CONN,
    RANDOM,
    PASSTHROUGH,
    ROUND_ROBIN,
    LEAST_REQUEST
  }

  /** What is hashed, and the table it goes into. */
  public record ConsistentHash(
      @Nullable String httpHeaderName,
      @Nullable HashCookie httpCookie,
      @Nullable Boolean useSourceIp,
      @Nullable String httpQueryParameterName,
      @Nullable RingHash ringHash,
      @Nullable Maglev maglev,
      long minimumRingSize) {}

  /** A cookie that carries the hash. */
  public record HashCookie(
      String name, String path, @Nullable Duration ttl, List<CookieAttribute> attributes) {}

  /** A further attribute of the cookie. */
  public record CookieAttribute(String name, String value) {}

  /** Ketama ring. */
  public record RingHash(long minimumRingSize) {}

  /** Maglev table; its size must be a prime. */
  public record Maglev(long tableSize) {}

  /** Preference for near endpoints. */
  public record LocalityLb(
      List<Distribute> distribute,
      List<Failover> failover,
      List<String> failoverPriority,
      @Nullable Boolean enabled) {}

  /** Shares per locality for callers of one locality. */
  public record Distribute(String from, Map<String, Integer> to) {}

  /** Where a region's traffic goes when its endpoints fail. */
  public record Failover(String from, String to) {}

  /** Slow start of new endpoints. */
  public record Warmup(
      @Nullable Duration duration, @Nullable Double minimumPercent, @Nullable Double aggression) {}

  /** Limits of connections and requests. */
  public record ConnectionPool(@Nullable TcpSettings tcp, @Nullable HttpSettings http) {}

  /** Limits of connections; zero means unset. */
  public record TcpSettings(
      int maxConnections,
      @Nullable Duration connectTimeout,
      @Nullable TcpKeepalive tcpKeepalive,
      @Nullable Duration maxConnectionDuration,
      @Nullable Duration idleTimeout) {}

  /** Keep-alive probes of the kernel. */
  public record TcpKeepalive(int probes, @Nullable Duration time, @Nullable Duration interval) {}

  /** Limits of requests; zero means unset. */
  public record HttpSettings(
      int http1MaxPendingRequests,
      int http2MaxRequests,
      int maxRequestsPerConnection,
      int maxRetries,
      @Nullable Duration idleTimeout,
      H2Upgrade h2UpgradePolicy,
      boolean useClientProtocol,
      int maxConcurrentStreams) {}

  /** Whether HTTP/1 traffic goes upstream as HTTP/2. */
  public enum H2Upgrade {
    DEFAULT,
    DO_NOT_UPGRADE,
    UPGRADE
  }

  /** When a failing endpoint is left out. */
  public record OutlierDetection(
      @Nullable Integer consecutiveErrors,
      boolean splitExternalLocalOriginErrors,
      @Nullable Integer consecutiveLocalOriginFailures,
      @Nullable Integer consecutiveGatewayErrors,
      @Nullable Integer consecutive5xxErrors,
      @Nullable Duration interval,
      @Nullable Duration baseEjectionTime,
      int maxEjectionPercent,
      int minHealthPercent) {}

  /** TLS towards the host. */
  public record ClientTls(
      TlsMode mode,
      String clientCertificate,
      String privateKey,
      String caCertificates,
      String caCrl,
      String credentialName,
      List<String> subjectAltNames,
      String sni,
      @Nullable Boolean insecureSkipVerify) {}

  /** Who proves what to whom. */
  public enum TlsMode {
    DISABLE,
    SIMPLE,
    MUTUAL,
    ISTIO_MUTUAL
  }

  /** TCP through an HTTP CONNECT proxy. */
  public record Tunnel(String protocol, String targetHost, int targetPort) {}

  /** A PROXY header in front of upstream connections. */
  public record ProxyProtocol(ProxyProtocolVersion version) {}

  /** The header's version. */
  public enum ProxyProtocolVersion {
    V1,
    V2
  }

  /** Retries as a share of active requests. */
  public record RetryBudget(@Nullable Double percent, int minRetryConcurrency) {}
}
