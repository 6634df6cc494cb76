package io.weir.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.module.PullSecrets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is applied over HTTP is there again after the control plane was started anew. */
final class AppliedFileTest {

  private static final String ITEMS =
      """
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: items, namespace: shop, labels: {team: a}}
      spec: {host: items, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
      """;

  @TempDir private Path folder;
  @TempDir private Path data;
  @TempDir private Path modules;
  private final HttpClient client = HttpClient.newHttpClient();

  private ControlPlane start() throws IOException {
    InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
    return ControlPlane.start(
        new ControlPlane.Options(
            folder, any, any, MeshConfig.DEFAULT, false, modules, PullSecrets.NONE, data));
  }

  private HttpResponse<String> send(ControlPlane plane, String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + plane.httpPort() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void keepsWhatWasAppliedAndForgetsWhatWasDeleted() throws Exception {
    try (ControlPlane plane = start()) {
      assertThat(send(plane, "POST", "/config", ITEMS + "---\n" + ITEMS.replace("items", "pay")))
          .returns(200, HttpResponse::statusCode);
      assertThat(send(plane, "DELETE", "/config/DestinationRule/shop/pay", ""))
          .returns(200, HttpResponse::statusCode);
    }

    try (ControlPlane plane = start()) {
      assertThat(send(plane, "GET", "/config/DestinationRule/shop/items", "").body())
          .contains("RANDOM", "\"team\": \"a\"");
      assertThat(send(plane, "GET", "/config/DestinationRule/shop/pay", "").statusCode())
          .isEqualTo(404);
    }
  }

  @Test
  void tellsOfWhatItCannotReadAgainAndKeepsACopy() throws Exception {
    Files.writeString(data.resolve("applied.yaml"), ITEMS + "---\n{kind: Nonsense}\n");

    try (ControlPlane plane = start()) {
      assertThat(send(plane, "GET", "/config/DestinationRule/shop/items", "").statusCode())
          .isEqualTo(200);
    }
    assertThat(data.resolve("applied.yaml.refused")).content().contains("Nonsense");
  }

  @Test
  void belongsToOneProcess() throws Exception {
    try (ControlPlane plane = start()) {
      assertThat(plane.httpPort()).isPositive();
      assertThatThrownBy(this::start).hasMessageContaining("in use");
    }
  }
}
