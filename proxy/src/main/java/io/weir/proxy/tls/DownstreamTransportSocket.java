package io.weir.proxy.tls;

import io.weir.proxy.worker.EventLoopWorker;
import org.jspecify.annotations.Nullable;

/** Secures accepted connections. Shared by all workers. */
public interface DownstreamTransportSocket {
  /**
   * The TLS layer of one connection, with the certificates that are current now.
   *
   * @return null while secrets are missing; the connection fails with {@link
   *     TransportSockets#SECRET_MISSING}
   */
  @Nullable TlsHandshake open(EventLoopWorker worker);
}
