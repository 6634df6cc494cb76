package io.weir.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.weir.controlplane.config.MeshConfig;
import io.weir.xds.ResourceType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole control plane over real sockets, with a client that speaks delta xDS by hand. */
final class ControlPlaneTest {

  private static final String CONFIG =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: shop}
      spec:
        hosts: [a.shop.svc.cluster.local]
        ports: [{number: 80, name: http, protocol: HTTP}]
        location: MESH_INTERNAL
        resolution: STATIC
        endpoints: [{address: 10.0.0.1}]
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: edge, namespace: shop}
      spec:
        selector: {istio: edge}
        servers: [{port: {number: 8000, name: http, protocol: HTTP}, hosts: ["*"]}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: web, namespace: shop}
      spec:
        hosts: ["*"]
        gateways: [edge]
        http: [{timeout: 1s, route: [{destination: {host: a}}]}]
      """;

  private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private ControlPlane plane;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("a.yaml"), CONFIG);
    plane =
        ControlPlane.start(
            new ControlPlane.Options(folder, ANY_PORT, ANY_PORT, MeshConfig.DEFAULT, false));
  }

  @AfterEach
  void stop() {
    plane.close();
  }

  private HttpResponse<String> request(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + plane.httpPort() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String get(String path) throws Exception {
    HttpResponse<String> response = request("GET", path, "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  @Test
  void servesAndPushesOnlyWhatChanged() throws Exception {
    try (DeltaClient client = new DeltaClient(plane.xdsPort(), "router~10.9.9.9~edge.shop~x")) {
      client.subscribe(ResourceType.CLUSTER);
      DeltaDiscoveryResponse clusters = client.take();
      assertThat(DeltaClient.names(clusters))
          .containsExactly("BlackHoleCluster", "outbound|80||a.shop.svc.cluster.local");
      client.acknowledge(clusters);
      client.subscribe(ResourceType.ENDPOINT, "outbound|80||a.shop.svc.cluster.local");
      client.acknowledge(client.take());
      client.subscribe(ResourceType.LISTENER);
      DeltaDiscoveryResponse listeners = client.take();
      assertThat(DeltaClient.names(listeners)).containsExactly("0.0.0.0_8000");
      client.acknowledge(listeners);
      client.subscribe(ResourceType.ROUTE, "http.8000");
      client.acknowledge(client.take());

      long before = System.nanoTime();
      Files.writeString(folder.resolve("a.yaml"), CONFIG.replace("timeout: 1s", "timeout: 2s"));
      DeltaDiscoveryResponse changed = client.take();

      assertThat(changed.getTypeUrl()).isEqualTo(ResourceType.ROUTE.typeUrl());
      assertThat(DeltaClient.names(changed)).containsExactly("http.8000");
      assertThat((System.nanoTime() - before) / 1e9).isLessThan(5);
      client.acknowledge(changed);
      assertThat(client.quiet()).isTrue();
    }
  }

  @Test
  void aReconnectResendsNothing() throws Exception {
    Map<String, String> versions;
    try (DeltaClient client = new DeltaClient(plane.xdsPort(), "router~10.9.9.9~edge.shop~x")) {
      client.subscribe(ResourceType.CLUSTER);
      versions = DeltaClient.versions(client.take());
    }
    try (DeltaClient client = new DeltaClient(plane.xdsPort(), "router~10.9.9.9~edge.shop~x")) {
      client.resume(ResourceType.CLUSTER, versions);
      DeltaDiscoveryResponse answer = client.take();
      assertThat(answer.getResourcesCount()).isZero();
      assertThat(answer.getRemovedResourcesCount()).isZero();
    }
  }

  @Test
  void aRefusalIsKeptAndShown() throws Exception {
    try (DeltaClient client = new DeltaClient(plane.xdsPort(), "router~10.9.9.9~edge.shop~x")) {
      client.subscribe(ResourceType.CLUSTER);
      client.refuse(client.take(), "outbound|80||a.shop.svc.cluster.local: no such thing");
      assertThat(client.quiet()).isTrue();

      assertThat(get("/debug/syncz")).contains("\"synced\": false").contains("\"ERROR\"");
      assertThat(get("/debug/adsz"))
          .contains("\"rejected\": {")
          .contains("\"outbound|80||a.shop.svc.cluster.local\": \"outbound|80||a.shop")
          .doesNotContain("\"BlackHoleCluster\":");
      assertThat(get("/metrics")).contains("pilot_total_xds_rejects 1");
    }
  }

  @Test
  void tellsAClientWithoutANodeWhatIsMissing() throws Exception {
    try (DeltaClient client = new DeltaClient(plane.xdsPort(), "somebody")) {
      client.subscribe(ResourceType.CLUSTER);
      assertThat(client.failure().getMessage())
          .contains("INVALID_ARGUMENT")
          .contains("must have four parts");
    }
  }

  @Test
  void showsItsState() throws Exception {
    assertThat(get("/ready")).isEqualTo("ready\n");
    assertThat(get("/debug")).contains("/debug/configz", "/metrics");
    assertThat(get("/debug/configz")).contains("\"kind\": \"Gateway\"", "\"origin\":");
    assertThat(get("/debug/endpointz")).contains("10.0.0.1");
    assertThat(get("/debug/registryz")).contains("a.shop.svc.cluster.local");
    assertThat(get("/metrics")).contains("pilot_services 1", "weir_configs{kind=\"Gateway\"} 1");
    assertThat(request("GET", "/debug/nothing", "").statusCode()).isEqualTo(404);
    assertThat(request("GET", "/debug/config_dump?proxyID=x", "").statusCode()).isEqualTo(404);
    assertThat(request("POST", "/metrics", "").statusCode()).isEqualTo(405);
  }

  @Test
  void dumpsWhatAProxyShouldHave() throws Exception {
    try (DeltaClient client = new DeltaClient(plane.xdsPort(), "router~10.9.9.9~edge.shop~x")) {
      client.subscribe(ResourceType.CLUSTER);
      client.take();
      assertThat(get("/debug/config_dump?proxyID=edge.shop"))
          .contains(
              "envoy.admin.v3.ClustersConfigDump", "\"dynamic_active_clusters\"", "http.8000");
      assertThat(get("/debug/patches?proxyID=edge.shop")).isEqualTo("[]\n");
    }
  }

  @Test
  void writesWithConflictDetection() throws Exception {
    String path = "/config/virtualservice/shop/extra";
    String body =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: extra, namespace: shop}
        spec: {hosts: [x.com], gateways: [edge], http: [{route: [{destination: {host: a}}]}]}
        """;

    HttpResponse<String> created = request("PUT", path, body, "If-Match", "0");
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    long revision = plane.store().snapshot().revision();
    assertThat(get(path)).contains("\"resourceVersion\": \"" + revision + "\"");

    assertThat(request("PUT", path, body, "If-Match", "0").statusCode()).isEqualTo(409);
    assertThat(request("PUT", path, body.replace("hosts", "host")).body())
        .contains("unknown field (did you mean hosts?)");
    assertThat(request("PUT", "/config/virtualservice/shop/web", CONFIG).statusCode())
        .isEqualTo(400);
    assertThat(request("DELETE", "/config/virtualservice/shop/web", "").body())
        .contains("a.yaml")
        .contains("change it there");

    assertThat(request("DELETE", path, "", "If-Match", Long.toString(revision)).statusCode())
        .isEqualTo(200);
    assertThat(request("GET", path, "").statusCode()).isEqualTo(404);
  }

  @Test
  void appliesTheGoodDocumentsOfABody() throws Exception {
    String good =
        """
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: one, namespace: shop}
        spec: {egress: [{hosts: ["./*"]}]}
        """;
    String bad = good.replace("name: one", "name: two").replace("egress", "egres");

    HttpResponse<String> answer = request("POST", "/config", good + "---\n" + bad);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .contains("\"outcome\": \"created\"", "api:9:8: spec.egres: unknown field");
    assertThat(get("/config/sidecar/shop")).contains("\"one\"").doesNotContain("\"two\"");
    assertThat(request("POST", "/config", good).body()).contains("\"outcome\": \"unchanged\"");
  }

  @Test
  void writesBackWhatWasReadUnlessSomebodyElseDid() throws Exception {
    String path = "/config/sidecar/shop/one";
    String first =
        "{apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: {name: one, namespace:"
            + " shop}, spec: {egress: [{hosts: ['./*']}]}}";
    request("POST", "/config", first);
    String read = get(path);

    HttpResponse<String> changed = request("POST", "/config", read.replace("./*", "*/*"));
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    HttpResponse<String> stale = request("POST", "/config", read.replace("./*", "~/*"));
    assertThat(stale.statusCode()).isEqualTo(409);
    assertThat(stale.body()).contains("somebody else changed it");
    assertThat(get(path)).contains("*/*").contains("\"state\": \"Applied\"");
  }

  @Test
  void theLastGoodVersionStaysAndTheErrorStandsInItsStatus() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), CONFIG.replace("timeout: 1s", "timeout: soon"));
    String shown = "";
    for (int i = 0; i < 1000 && !shown.contains("LastGood"); i++) {
      shown = get("/config/virtualservice/shop/web");
      Thread.onSpinWait();
    }
    assertThat(shown)
        .contains("\"timeout\": \"1s\"", "\"state\": \"LastGood\"")
        .containsPattern("a.yaml:24:\\d+: spec.http\\[0\\].timeout");
    assertThat(get("/config/gateway/shop/edge")).contains("\"state\": \"Applied\"");
  }

  @Test
  void tellsWhereEachPartComesFrom() throws Exception {
    Files.writeString(
        folder.resolve("filter.yaml"),
        """
        apiVersion: networking.istio.io/v1alpha3
        kind: EnvoyFilter
        metadata: {name: limits, namespace: shop}
        spec:
          configPatches:
          - applyTo: CLUSTER
            match: {context: GATEWAY}
            patch: {operation: MERGE, value: {connect_timeout: 3s}}
        """);
    try (DeltaClient client = new DeltaClient(plane.xdsPort(), "router~10.9.9.9~edge.shop~x")) {
      client.subscribe(ResourceType.CLUSTER);
      client.take();
      String dump = "";
      for (int i = 0; i < 2000 && !dump.contains("EnvoyFilter"); i++) {
        dump = get("/debug/config_dump?proxyID=edge.shop&provenance");
      }
      assertThat(dump)
          .contains("\"source\": \"VirtualService shop/web\"", "a.yaml:18")
          .contains("\"source\": \"EnvoyFilter shop/limits configPatches[0]\"", "filter.yaml:6")
          .contains("\"path\": \"virtual_hosts[0].routes[0]\"");
      assertThat(get("/debug/sidecarz?proxyID=edge.shop")).contains("a.shop.svc.cluster.local");
      assertThat(get("/debug/edsz?proxyID=edge.shop")).contains("10.0.0.1");
      assertThat(get("/debug/cachez")).contains("\"generated\"");
      assertThat(get("/debug/force_disconnect?proxyID=edge.shop")).contains("disconnected");
      assertThat(client.failure()).hasMessageContaining("by an operator");
    }
  }
}
