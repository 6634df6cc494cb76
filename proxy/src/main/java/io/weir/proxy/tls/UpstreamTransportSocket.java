package io.weir.proxy.tls;

import io.netty.handler.ssl.SslHandler;
import io.weir.filter.TlsInfo;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Secures connections to upstream hosts. Shared by all workers. */
public interface UpstreamTransportSocket {
  /** A handler for one connection, with the certificates that are current now. */
  SslHandler newHandler(EventLoopWorker worker, Options options);

  /** What a finished handshake agreed on. */
  TlsInfo describe(SslHandler handler);

  /** The text that {@code %UPSTREAM_TRANSPORT_FAILURE_REASON%} shows for a failure. */
  String failureReason(Throwable failure);

  /**
   * What a connection asks for beyond the configuration.
   *
   * @param serverName the SNI to send instead of the configured one, null to leave it
   * @param verifyNames subject alternative names of which the peer must have one; empty to leave
   *     the configured ones
   * @param applicationProtocols ALPN to offer, empty to leave the configured ones
   */
  record Options(
      @Nullable String serverName, List<String> verifyNames, List<String> applicationProtocols) {
    public static final Options NONE = new Options(null, List.of(), List.of());

    public Options {
      verifyNames = List.copyOf(verifyNames);
      applicationProtocols = List.copyOf(applicationProtocols);
    }
  }
}
