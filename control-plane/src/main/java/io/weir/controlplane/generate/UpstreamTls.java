package io.weir.controlplane.generate;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.weir.controlplane.config.DestinationRule.ClientTls;
import io.weir.controlplane.config.DestinationRule.TlsMode;
import java.util.List;

/** TLS from a cluster to its endpoints: as a rule says, or mTLS to those that can do it. */
final class UpstreamTls {

  static final String TLS_SOCKET = "envoy.transport_sockets.tls";
  private static final String RAW_SOCKET = "envoy.transport_sockets.raw_buffer";

  private static final TlsParameters VERSIONS =
      TlsParameters.newBuilder()
          .setTlsMinimumProtocolVersion(TlsProtocol.TLSv1_2)
          .setTlsMaximumProtocolVersion(TlsProtocol.TLSv1_3)
          .build();

  private UpstreamTls() {}

  static void apply(Cluster.Builder cluster, UpstreamHttp http, ClusterInput input) {
    ClientTls tls = input.policy().tls();
    if (tls == null) {
      if (input.autoMtls()) {
        autoMtls(cluster, http, input);
      }
      return;
    }
    switch (tls.mode()) {
      case DISABLE -> {}
      case ISTIO_MUTUAL ->
          cluster.setTransportSocket(socket(mutual(http, input, tls.sni(), tls.subjectAltNames())));
      case SIMPLE, MUTUAL -> {
        // A credential is not handed to every sidecar that a rule is for.
        if (tls.credentialName().isEmpty() || input.fileCredentials()) {
          cluster.setTransportSocket(socket(own(http, tls, input)));
          if (DynamicForward.isDynamic(input.service())
              && Boolean.TRUE.equals(tls.insecureSkipVerify())) {
            DynamicForward.allowUnchecked(cluster, input.service());
          }
        }
      }
    }
  }

  private static void autoMtls(Cluster.Builder cluster, UpstreamHttp http, ClusterInput input) {
    if (cluster.getType() == Cluster.DiscoveryType.ORIGINAL_DST) {
      // Its hosts have no metadata by which the two kinds could be told apart.
      cluster.setTransportSocket(socket(mutual(http, input, "", List.of())));
      return;
    }
    cluster
        .addTransportSocketMatches(
            TransportSocketMatch.newBuilder()
                .setName("tlsMode-istio")
                .setMatch(Struct.newBuilder().putFields("tlsMode", Messages.text("istio")))
                .setTransportSocket(socket(mutual(http, input, "", List.of()))))
        .addTransportSocketMatches(
            TransportSocketMatch.newBuilder()
                .setName("tlsMode-disabled")
                .setMatch(Struct.getDefaultInstance())
                .setTransportSocket(raw()));
  }

  /** No TLS. */
  static TransportSocket raw() {
    return TransportSocket.newBuilder()
        .setName(RAW_SOCKET)
        .setTypedConfig(Messages.any(RawBuffer.getDefaultInstance()))
        .build();
  }

  /** With the mesh's own certificates. */
  private static UpstreamTlsContext mutual(
      UpstreamHttp http, ClusterInput input, String sni, List<String> subjectAltNames) {
    CommonTlsContext.Builder common =
        CommonTlsContext.newBuilder()
            .setTlsParams(VERSIONS)
            .addAlpnProtocols("istio-peer-exchange")
            .addAlpnProtocols("istio")
            .addTlsCertificateSdsSecretConfigs(Secrets.workload(Secrets.OWN))
            .setCombinedValidationContext(
                validation(
                    Secrets.workload(Secrets.ROOT),
                    subjectAltNames.isEmpty() ? input.identities() : subjectAltNames,
                    ""));
    if (http.isHttp2()) {
      common.addAlpnProtocols("h2");
    }
    return UpstreamTlsContext.newBuilder()
        .setSni(
            sni.isEmpty()
                ? ClusterName.sni(input.service().hostname(), input.port().number(), input.subset())
                : sni)
        .setCommonTlsContext(common)
        .build();
  }

  private static UpstreamTlsContext own(UpstreamHttp http, ClientTls tls, ClusterInput input) {
    CommonTlsContext.Builder common = CommonTlsContext.newBuilder().setTlsParams(VERSIONS);
    boolean byCredential = !tls.credentialName().isEmpty();
    if (tls.mode() == TlsMode.MUTUAL) {
      common.addTlsCertificateSdsSecretConfigs(
          byCredential
              ? Secrets.credential(tls.credentialName())
              : Secrets.files("file-cert:" + tls.clientCertificate() + "~" + tls.privateKey()));
    }
    boolean verify = !Boolean.TRUE.equals(tls.insecureSkipVerify());
    if (verify) {
      common.setCombinedValidationContext(
          validation(
              byCredential
                  ? Secrets.credential(tls.credentialName() + Secrets.CA_SUFFIX)
                  : Secrets.files(
                      "file-root:"
                          + (tls.caCertificates().isEmpty() ? "system" : tls.caCertificates())),
              tls.subjectAltNames().isEmpty() ? input.identities() : tls.subjectAltNames(),
              byCredential ? "" : tls.caCrl()));
    }
    if (http.isHttp2()) {
      common.addAlpnProtocols("h2");
    }
    if (tls.sni().isEmpty()) {
      http.autoSni();
    }
    boolean dynamic = DynamicForward.isDynamic(input.service());
    if (verify && (dynamic || tls.subjectAltNames().isEmpty() && tls.sni().isEmpty())) {
      http.autoSanValidation();
    }
    return UpstreamTlsContext.newBuilder().setSni(tls.sni()).setCommonTlsContext(common).build();
  }

  private static CombinedCertificateValidationContext validation(
      io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig root,
      List<String> subjectAltNames,
      String revoked) {
    return CombinedCertificateValidationContext.newBuilder()
        .setDefaultValidationContext(validation(subjectAltNames, revoked))
        .setValidationContextSdsSecretConfig(root)
        .build();
  }

  @SuppressWarnings("deprecation") // Istio still fills the untyped list, and its patches match it
  private static CertificateValidationContext validation(
      List<String> subjectAltNames, String revoked) {
    CertificateValidationContext.Builder context = CertificateValidationContext.newBuilder();
    for (String name : subjectAltNames) {
      context.addMatchSubjectAltNames(StringMatcher.newBuilder().setExact(name));
    }
    if (!revoked.isEmpty()) {
      context.setCrl(Messages.file(revoked));
    }
    return context.build();
  }

  private static TransportSocket socket(UpstreamTlsContext context) {
    return TransportSocket.newBuilder()
        .setName(TLS_SOCKET)
        .setTypedConfig(Messages.any(context))
        .build();
  }
}
