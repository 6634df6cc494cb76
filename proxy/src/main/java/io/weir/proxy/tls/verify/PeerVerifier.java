package io.weir.proxy.tls.verify;

import java.security.cert.X509Certificate;
import java.util.List;

/** Checks peers' certificates as one validation context says. Immutable; any thread. */
public interface PeerVerifier {

  /** Checks nothing. */
  PeerVerifier NONE =
      new PeerVerifier() {
        @Override
        public Verdict verify(List<X509Certificate> chain, PeerRole role, PeerNames names) {
          return Verdict.NOT_VALIDATED;
        }

        @Override
        public List<X509Certificate> authorities() {
          return List.of();
        }
      };

  /**
   * Checks what a peer presented.
   *
   * @param chain leaf first, at least one certificate
   * @param names what the connection demands beside the context
   */
  Verdict verify(List<X509Certificate> chain, PeerRole role, PeerNames names);

  /**
   * Certificate authorities that a server names to its clients; those that {@code /certs} shows.
   */
  List<X509Certificate> authorities();
}
