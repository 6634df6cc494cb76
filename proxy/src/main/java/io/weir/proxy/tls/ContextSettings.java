package io.weir.proxy.tls;

import io.netty.handler.ssl.ClientAuth;
import io.weir.proxy.tls.pem.Identity;
import io.weir.proxy.tls.verify.PeerVerifier;
import java.util.List;

/**
 * Everything that one version of a TLS context is made of. Immutable.
 *
 * @param server which side of handshakes it is on
 * @param alpn offered or accepted, in order of preference
 * @param identities certificates to choose from
 * @param fullScan whether certificates are tried for their key type when no name matches the SNI
 * @param clientAuth what a server asks of its clients
 * @param serverCiphers whether a server's order of ciphers counts
 */
record ContextSettings(
    boolean server,
    TlsParameters parameters,
    List<String> alpn,
    List<Identity> identities,
    boolean fullScan,
    PeerVerifier verifier,
    ClientAuth clientAuth,
    boolean serverCiphers,
    SessionSettings sessions) {
  ContextSettings {
    alpn = List.copyOf(alpn);
    identities = List.copyOf(identities);
  }

  ContextSettings withAlpn(List<String> other) {
    return new ContextSettings(
        server,
        parameters,
        other,
        identities,
        fullScan,
        verifier,
        clientAuth,
        serverCiphers,
        sessions);
  }
}
