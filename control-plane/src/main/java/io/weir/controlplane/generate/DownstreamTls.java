package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.weir.controlplane.config.Gateway.Mode;
import io.weir.controlplane.config.Gateway.ServerTls;
import java.util.List;

/** TLS of connections that a proxy accepts. */
final class DownstreamTls {

  private static final List<String> MESH_CIPHERS =
      List.of(
          "ECDHE-ECDSA-AES256-GCM-SHA384",
          "ECDHE-RSA-AES256-GCM-SHA384",
          "ECDHE-ECDSA-AES128-GCM-SHA256",
          "ECDHE-RSA-AES128-GCM-SHA256",
          "AES256-GCM-SHA384",
          "AES128-GCM-SHA256");

  private DownstreamTls() {}

  /** mTLS inside of the mesh. */
  @SuppressWarnings("deprecation") // Istio still fills the untyped list, and its patches match it
  static TransportSocket mesh(boolean tcp, List<String> trustDomains) {
    CertificateValidationContext.Builder names = CertificateValidationContext.newBuilder();
    trustDomains.forEach(
        domain ->
            names.addMatchSubjectAltNames(
                StringMatcher.newBuilder().setPrefix("spiffe://" + domain + "/")));
    CommonTlsContext.Builder common =
        CommonTlsContext.newBuilder()
            .setTlsParams(
                TlsParameters.newBuilder()
                    .setTlsMinimumProtocolVersion(TlsProtocol.TLSv1_2)
                    .setTlsMaximumProtocolVersion(TlsProtocol.TLSv1_3)
                    .addAllCipherSuites(MESH_CIPHERS))
            .addTlsCertificateSdsSecretConfigs(Secrets.workload(Secrets.OWN))
            .setCombinedValidationContext(
                CombinedCertificateValidationContext.newBuilder()
                    .setDefaultValidationContext(names)
                    .setValidationContextSdsSecretConfig(Secrets.workload(Secrets.ROOT)));
    if (tcp) {
      common.addAlpnProtocols("istio-peer-exchange");
    }
    common.addAlpnProtocols("h2").addAlpnProtocols("http/1.1");
    return socket(
        DownstreamTlsContext.newBuilder()
            .setCommonTlsContext(common)
            .setRequireClientCertificate(Messages.bool(true)));
  }

  /**
   * TLS of a gateway's server.
   *
   * @param tcp whether connections are forwarded, not requests
   */
  @SuppressWarnings("deprecation")
  static TransportSocket gateway(ServerTls tls, boolean tcp) {
    CommonTlsContext.Builder common = CommonTlsContext.newBuilder();
    boolean mesh = tls.mode() == Mode.ISTIO_MUTUAL;
    if (tcp && mesh) {
      common.addAlpnProtocols("istio-peer-exchange");
    }
    common.addAlpnProtocols("h2").addAlpnProtocols("http/1.1");
    if (!mesh) {
      parameters(common, tls);
    }
    if (mesh) {
      common.addTlsCertificateSdsSecretConfigs(Secrets.workload(Secrets.OWN));
    } else {
      certificates(common, tls);
    }
    boolean mutual = mesh || tls.mode() == Mode.MUTUAL || tls.mode() == Mode.OPTIONAL_MUTUAL;
    if (mutual) {
      CertificateValidationContext.Builder names =
          CertificateValidationContext.newBuilder()
              .addAllVerifyCertificateSpki(tls.verifyCertificateSpki())
              .addAllVerifyCertificateHash(tls.verifyCertificateHash());
      tls.subjectAltNames()
          .forEach(
              name -> names.addMatchSubjectAltNames(StringMatcher.newBuilder().setExact(name)));
      if (!tls.caCrl().isEmpty() && !byCredential(tls)) {
        names.setCrl(Messages.file(tls.caCrl()));
      }
      common.setCombinedValidationContext(
          CombinedCertificateValidationContext.newBuilder()
              .setDefaultValidationContext(names)
              .setValidationContextSdsSecretConfig(root(tls, mesh)));
    }
    return socket(
        DownstreamTlsContext.newBuilder()
            .setCommonTlsContext(common)
            .setRequireClientCertificate(
                Messages.bool(mutual && tls.mode() != Mode.OPTIONAL_MUTUAL)));
  }

  private static boolean byCredential(ServerTls tls) {
    return !tls.credentialName().isEmpty() || !tls.credentialNames().isEmpty();
  }

  private static SdsSecretConfig root(ServerTls tls, boolean mesh) {
    if (mesh) {
      return Secrets.workload(Secrets.ROOT);
    }
    if (!tls.caCertCredentialName().isEmpty()) {
      return Secrets.credential(tls.caCertCredentialName());
    }
    return tls.credentialName().isEmpty()
        ? Secrets.files("file-root:" + tls.caCertificates())
        : Secrets.credential(tls.credentialName() + Secrets.CA_SUFFIX);
  }

  private static void certificates(CommonTlsContext.Builder common, ServerTls tls) {
    if (!tls.credentialNames().isEmpty()) {
      tls.credentialNames()
          .forEach(name -> common.addTlsCertificateSdsSecretConfigs(Secrets.credential(name)));
    } else if (!tls.credentialName().isEmpty()) {
      common.addTlsCertificateSdsSecretConfigs(Secrets.credential(tls.credentialName()));
    } else if (!tls.tlsCertificates().isEmpty()) {
      tls.tlsCertificates()
          .forEach(
              pair ->
                  common.addTlsCertificateSdsSecretConfigs(
                      Secrets.files(
                          "file-cert:" + pair.serverCertificate() + "~" + pair.privateKey())));
    } else {
      common.addTlsCertificateSdsSecretConfigs(
          Secrets.files("file-cert:" + tls.serverCertificate() + "~" + tls.privateKey()));
    }
  }

  private static void parameters(CommonTlsContext.Builder common, ServerTls tls) {
    TlsParameters parameters =
        TlsParameters.newBuilder()
            .setTlsMinimumProtocolVersionValue(tls.minProtocolVersion().ordinal())
            .setTlsMaximumProtocolVersionValue(tls.maxProtocolVersion().ordinal())
            .addAllCipherSuites(tls.cipherSuites())
            .build();
    if (!parameters.equals(TlsParameters.getDefaultInstance())) {
      common.setTlsParams(parameters);
    }
  }

  private static TransportSocket socket(DownstreamTlsContext.Builder context) {
    return TransportSocket.newBuilder()
        .setName(UpstreamTls.TLS_SOCKET)
        .setTypedConfig(Messages.any(context.build()))
        .build();
  }
}
