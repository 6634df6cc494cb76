package io.weir.controlplane.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Listeners at the mesh's edge (networking.istio.io). */
public record Gateway(List<Server> servers, Map<String, String> selector) implements ConfigSpec {

  /** One port and the hosts that it serves. */
  public record Server(
      @Nullable Port port,
      String bind,
      List<String> hosts,
      @Nullable ServerTls tls,
      String defaultEndpoint,
      String name) {}

  /** TLS of a server. */
  public record ServerTls(
      boolean httpsRedirect,
      Mode mode,
      String serverCertificate,
      String privateKey,
      String caCertificates,
      String caCrl,
      String credentialName,
      List<String> credentialNames,
      String caCertCredentialName,
      List<TlsCertificate> tlsCertificates,
      List<String> subjectAltNames,
      List<String> verifyCertificateSpki,
      List<String> verifyCertificateHash,
      TlsProtocol minProtocolVersion,
      TlsProtocol maxProtocolVersion,
      List<String> cipherSuites) {}

  /** A key pair in files. */
  public record TlsCertificate(
      String serverCertificate, String privateKey, String caCertificates) {}

  /** What the server does with TLS. */
  public enum Mode {
    PASSTHROUGH,
    SIMPLE,
    MUTUAL,
    AUTO_PASSTHROUGH,
    ISTIO_MUTUAL,
    OPTIONAL_MUTUAL
  }

  /** A TLS version, or the proxy's choice. */
  public enum TlsProtocol {
    TLS_AUTO,
    TLSV1_0,
    TLSV1_1,
    TLSV1_2,
    TLSV1_3
  }
}
