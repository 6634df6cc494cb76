package io.weir.filter;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished TLS handshake.
 *
 * @param version {@code TLSv1.3} and so on
 * @param cipher the cipher suite's standard name
 * @param sessionId hex, empty when there is none
 * @param peerCertificates the peer's chain, leaf first; empty when it presented none
 * @param peerValidated whether the chain was verified
 * @param localCertificate the certificate that we presented
 * @param group the group of the key exchange as TLS names it ({@code X25519}), empty when unknown
 * @param alpn the negotiated protocol, empty when none
 * @param sni the server name, empty when none
 */
public record TlsInfo(
    String version,
    String cipher,
    String sessionId,
    List<X509Certificate> peerCertificates,
    boolean peerValidated,
    @Nullable X509Certificate localCertificate,
    String group,
    String alpn,
    String sni) {
  public TlsInfo {
    peerCertificates = List.copyOf(peerCertificates);
  }

  /** A handshake of which the group is not known. */
  public TlsInfo(
      String version,
      String cipher,
      String sessionId,
      List<X509Certificate> peerCertificates,
      boolean peerValidated,
      @Nullable X509Certificate localCertificate,
      String alpn,
      String sni) {
    this(
        version,
        cipher,
        sessionId,
        peerCertificates,
        peerValidated,
        localCertificate,
        "",
        alpn,
        sni);
  }
}
