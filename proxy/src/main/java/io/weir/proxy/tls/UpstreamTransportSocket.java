package io.weir.proxy.tls;

import io.weir.proxy.worker.EventLoopWorker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Secures connections to upstream hosts. Shared by all workers. */
public interface UpstreamTransportSocket {
  /**
   * The TLS layer of one connection, with the certificates that are current now.
   *
   * @param address of the host, which tells sessions to resume apart
   * @param hostName the host's name in the configuration, may be empty
   * @return null while secrets are missing; the connection fails with {@link
   *     TransportSockets#SECRET_MISSING}
   */
  @Nullable TlsHandshake open(
      EventLoopWorker worker, Options options, String address, String hostName);

  /**
   * What a connection asks for beyond the configuration.
   *
   * @param serverName the SNI to send instead of the configured one, null to leave it
   * @param verifyNames subject alternative names of which the peer must have one; empty for no
   *     demand
   * @param applicationProtocols ALPN to offer, empty to leave the configured ones
   * @param protocolsOverride whether they replace configured ones, or stand in for missing ones
   */
  record Options(
      @Nullable String serverName,
      List<String> verifyNames,
      List<String> applicationProtocols,
      boolean protocolsOverride) {
    public static final Options NONE = new Options(null, List.of(), List.of(), false);

    public Options {
      verifyNames = List.copyOf(verifyNames);
      applicationProtocols = List.copyOf(applicationProtocols);
    }

    /** The same with other protocols to offer. */
    public Options offering(List<String> protocols, boolean override) {
      return new Options(serverName, verifyNames, protocols, override);
    }
  }
}
