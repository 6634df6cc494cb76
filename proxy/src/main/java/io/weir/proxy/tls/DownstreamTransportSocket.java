package io.weir.proxy.tls;

import io.netty.handler.ssl.SslHandler;
import io.weir.filter.TlsInfo;
import io.weir.proxy.worker.EventLoopWorker;

/** Secures accepted connections. Shared by all workers. */
public interface DownstreamTransportSocket {
  /** A handler for one connection, with the certificates that are current now. */
  SslHandler newHandler(EventLoopWorker worker);

  /** What a finished handshake agreed on. */
  TlsInfo describe(SslHandler handler);

  /** The text that Envoy's {@code %DOWNSTREAM_TRANSPORT_FAILURE_REASON%} shows for a failure. */
  String failureReason(Throwable failure);
}
