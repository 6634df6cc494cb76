package io.weir.controlplane.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.weir.controlplane.ControlPlane;
import io.weir.controlplane.DeltaClient;
import io.weir.controlplane.config.MeshConfig;
import io.weir.xds.ResourceType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin's way from a registry through the control plane to a client of xDS. */
final class ModuleDeliveryTest {

  private static final String NAME = "extensions.istio.io/trafficextension/shop.p";
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);
  private static final String CONFIG =
      """
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: edge, namespace: shop}
      spec: {selector: {istio: edge}, servers: [{port: {number: 8000, name: http, protocol: HTTP}, hosts: ["*"]}]}
      ---
      apiVersion: extensions.istio.io/v1alpha1
      kind: WasmPlugin
      metadata: {name: p, namespace: shop}
      spec: {url: "URL", failStrategy: FAIL_OPEN}
      """;

  @TempDir private Path folder;
  private TestRegistry registry;
  private ControlPlane plane;

  @BeforeEach
  void start() throws IOException {
    registry = new TestRegistry();
    registry.image("p", "v1", "", new TestRegistry.Layer("application/wasm", TestRegistry.MODULE));
  }

  @AfterEach
  void stop() {
    plane.close();
    registry.close();
  }

  private void serve(String url) throws IOException {
    Path config = Files.createDirectories(folder.resolve("config"));
    Files.writeString(config.resolve("a.yaml"), CONFIG.replace("URL", url));
    if (plane == null) {
      plane =
          ControlPlane.start(
              new ControlPlane.Options(
                  config,
                  ANY_PORT,
                  ANY_PORT,
                  MeshConfig.DEFAULT,
                  false,
                  folder.resolve("cache"),
                  PullSecrets.NONE,
                  null));
    }
  }

  private DeltaClient client() throws Exception {
    DeltaClient client = new DeltaClient(plane.xdsPort(), "router~10.9.9.9~edge.shop~x");
    client.subscribe(ResourceType.EXTENSION_CONFIG, NAME);
    return client;
  }

  /** The extension config of the next response that has one. */
  private static TypedExtensionConfig next(DeltaClient client) throws Exception {
    while (true) {
      DeltaDiscoveryResponse response = client.take();
      client.acknowledge(response);
      if (response.getResourcesCount() > 0) {
        return response.getResources(0).getResource().unpack(TypedExtensionConfig.class);
      }
    }
  }

  private String get(String path) throws IOException {
    try (var in = URI.create("http://127.0.0.1:" + plane.httpPort() + path).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void servesTheModuleByItsContent() throws Exception {
    serve("oci://" + registry.authority() + "/p:v1");
    String digest = Digests.sha256(TestRegistry.MODULE);
    try (DeltaClient client = client()) {
      var remote =
          next(client)
              .getTypedConfig()
              .unpack(Wasm.class)
              .getConfig()
              .getVmConfig()
              .getCode()
              .getRemote();
      assertThat(remote.getSha256()).isEqualTo(digest);
      URI uri = URI.create(remote.getHttpUri().getUri());
      assertThat(get(uri.getPath())).isEqualTo("\0asm\1\0\0\0");
      client.subscribe(ResourceType.CLUSTER);
      assertThat(DeltaClient.names(client.take())).contains(remote.getHttpUri().getCluster());
      assertThat(get("/debug/pluginz"))
          .contains("\"state\": \"Verified\"", digest, "\"edge.shop\": \"Serving\"");
    }
    assertThat(folder.resolve("cache").resolve(digest + ".wasm")).exists();
  }

  @Test
  void standsInUntilTheModuleIsThereAndKeepsTheLastGoodOne() throws Exception {
    serve("oci://" + registry.authority() + "/p:v2");
    try (DeltaClient client = client()) {
      TypedExtensionConfig substitute = next(client);
      assertThat(substitute.getTypedConfig().getTypeUrl()).endsWith("http.rbac.v3.RBAC");
      assertThat(get("/debug/pluginz"))
          .contains("\"state\": \"Degraded\"", "has no p manifests/v2");

      serve("oci://" + registry.authority() + "/p:v1");
      assertThat(next(client).getTypedConfig().getTypeUrl()).endsWith("Wasm");

      serve("oci://" + registry.authority() + "/p:v3");
      String shown = "";
      for (int i = 0; i < 10_000 && !shown.contains("manifests/v3"); i++) {
        shown = get("/debug/pluginz");
      }
      assertThat(shown).contains("\"state\": \"Degraded\"", "\"edge.shop\": \"Serving\"");
      assertThat(client.quiet()).isTrue();
    }
  }
}
