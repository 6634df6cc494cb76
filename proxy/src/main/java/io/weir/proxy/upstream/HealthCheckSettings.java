package io.weir.proxy.upstream;

import io.weir.filter.Metadata;
import io.weir.proxy.cluster.ProxyHeader;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.matcher.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code health_checks}. Immutable. Milliseconds.
 *
 * @param alpn protocols that TLS offers instead of the cluster's, empty for those
 * @param transportMatch chooses a transport socket as a host's metadata does; null for the host's
 * @param altPort a port to check instead of the host's, 0 for none
 */
record HealthCheckSettings(
    long timeoutMillis,
    long intervalMillis,
    long initialJitterMillis,
    long jitterMillis,
    int jitterPercent,
    int unhealthyThreshold,
    int healthyThreshold,
    int altPort,
    boolean reuseConnection,
    long noTrafficMillis,
    long noTrafficHealthyMillis,
    long unhealthyMillis,
    long unhealthyEdgeMillis,
    long healthyEdgeMillis,
    List<String> alpn,
    @Nullable Metadata transportMatch,
    Probe probe) {

  /** What is sent and expected. */
  sealed interface Probe {}

  /** A range of statuses, the end exclusive. */
  record StatusRange(long start, long end) {
    boolean contains(int status) {
      return status >= start && status < end;
    }
  }

  /**
   * An HTTP request.
   *
   * @param host the host header, empty for the host's or cluster's name
   * @param receive bytes that must occur in the body, in order
   * @param retriable statuses that count against the threshold instead of failing at once
   * @param serviceName what {@code x-envoy-upstream-healthchecked-cluster} must match, or null
   */
  record Http(
      String method,
      String path,
      String host,
      byte[] send,
      List<byte[]> receive,
      int bodyLimit,
      List<StatusRange> expected,
      List<StatusRange> retriable,
      @Nullable StringMatcher serviceName,
      HeaderMutations headers,
      boolean http2)
      implements Probe {}

  /**
   * Bytes over a connection; none to send means that connecting is enough.
   *
   * @param header what a connection begins with, null for nothing
   */
  record Tcp(byte[] send, List<byte[]> receive, @Nullable ProxyHeader header) implements Probe {}

  /** {@code grpc.health.v1.Health/Check}. */
  record Grpc(String service, String authority, HeaderMutations metadata) implements Probe {}
}
