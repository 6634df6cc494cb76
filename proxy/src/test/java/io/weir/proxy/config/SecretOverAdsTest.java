package io.weir.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.weir.proxy.LiveProxy;
import io.weir.proxy.tls.TestCertificates;
import io.weir.proxy.tls.TlsClient;
import io.weir.xds.ResourceType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets from a control plane: listeners wait for them, and take new ones without a restart. */
class SecretOverAdsTest {
  @TempDir Path folder;

  private static String bootstrap(int port) {
    return """
        node: {id: n, cluster: c}
        dynamic_resources:
          ads_config: {api_type: DELTA_GRPC, grpc_services: [{envoy_grpc: {cluster_name: xds}}]}
        static_resources:
          clusters:
          - name: xds
            load_assignment:
              cluster_name: xds
              endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]
          listeners:
          - name: tls
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains:
            - filters:
              - name: echo
                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo}
              transport_socket:
                name: envoy.transport_sockets.tls
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                  common_tls_context:
                    tls_certificate_sds_secret_configs: [{name: s, sds_config: {ads: {}, resource_api_version: V3}}]
        """
        .formatted(port);
  }

  private static DeltaDiscoveryResponse response(String nonce, String chain, String key) {
    var secret =
        Secret.newBuilder()
            .setName("s")
            .setTlsCertificate(
                TlsCertificate.newBuilder()
                    .setCertificateChain(inline(chain))
                    .setPrivateKey(inline(key)))
            .build();
    return DeltaDiscoveryResponse.newBuilder()
        .setTypeUrl(ResourceType.SECRET.typeUrl())
        .setNonce(nonce)
        .addResources(
            Resource.newBuilder().setName("s").setVersion(nonce).setResource(Any.pack(secret)))
        .build();
  }

  private static DataSource inline(String file) {
    String text = new String(TestCertificates.bytes(file), StandardCharsets.US_ASCII);
    return DataSource.newBuilder().setInlineString(text).build();
  }

  private static String subject(LiveProxy proxy) throws Exception {
    try (var client = new TlsClient(proxy.port("tls"))) {
      return client.subject();
    }
  }

  @Test
  void warmsAndRotates() throws Exception {
    try (var controlPlane = new FakeControlPlane()) {
      var starting =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return LiveProxy.start(folder, bootstrap(controlPlane.port()));
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      DeltaDiscoveryRequest first = controlPlane.nextDelta();
      assertThat(first.getTypeUrl()).isEqualTo(ResourceType.SECRET.typeUrl());
      assertThat(first.getResourceNamesSubscribeList()).containsExactly("s");
      assertThat(starting).isNotDone();

      var stream = controlPlane.deltaStream();
      stream.onNext(response("1", "server.pem", "server.key"));
      assertThat(controlPlane.nextDelta().hasErrorDetail()).isFalse();
      try (LiveProxy proxy = starting.get()) {
        assertThat(subject(proxy)).isEqualTo("CN=server,O=Test");

        stream.onNext(response("2", "second.pem", "server.key"));
        DeltaDiscoveryRequest refused = controlPlane.nextDelta();
        assertThat(refused.getErrorDetail().getMessage())
            .contains("Secret s: tls_certificate", "does not belong")
            .doesNotContain("BEGIN");
        assertThat(subject(proxy)).isEqualTo("CN=server,O=Test");

        stream.onNext(response("3", "second.pem", "second.key"));
        assertThat(controlPlane.nextDelta().hasErrorDetail()).isFalse();
        LiveProxy.await("second", () -> subject(proxy).equals("CN=second,O=Test"));
      }
    }
  }
}
