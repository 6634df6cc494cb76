package io.weir.controlplane.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.controlplane.config.WasmPlugin.PullPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from Debian's registry, where it is installed. */
final class DockerRegistryTest {

  private static final Path REGISTRY = Path.of("/usr/bin/docker-registry");
  private static final String OCI = "application/vnd.oci.image.manifest.v1+json";

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process registry;
  private String authority = "";

  @AfterEach
  void stop() throws InterruptedException {
    if (registry != null) {
      registry.destroyForcibly().waitFor();
    }
    http.close();
  }

  private void start() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    authority = "127.0.0.1:" + port;
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: error}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: "%s"}
        """
            .formatted(folder.resolve("data"), authority));
    registry =
        new ProcessBuilder(REGISTRY.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Instant limit = Instant.now().plusSeconds(20);
    while (!answers() && Instant.now().isBefore(limit)) {
      Thread.onSpinWait();
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      return send("GET", "/v2/", new byte[0], "").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpResponse<String> send(String method, String path, byte[] body, String type)
      throws IOException, InterruptedException {
    URI uri = URI.create(path.startsWith("http") ? path : "http://" + authority + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofByteArray(body));
    if (!type.isEmpty()) {
      request.header("content-type", type);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private String push(byte[] blob) throws Exception {
    String digest = "sha256:" + Digests.sha256(blob);
    String location =
        send("POST", "/v2/p/blobs/uploads/", new byte[0], "")
            .headers()
            .firstValue("location")
            .orElseThrow();
    String separator = location.contains("?") ? "&" : "?";
    assertThat(
            send("PUT", location + separator + "digest=" + digest, blob, "application/octet-stream")
                .statusCode())
        .isEqualTo(201);
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted("%s", digest, blob.length);
  }

  @Test
  void pullsWhatWasPushed() throws Exception {
    assumeTrue(Files.isExecutable(REGISTRY), "docker-registry is not installed");
    start();
    String config =
        push("{}".getBytes(StandardCharsets.UTF_8))
            .formatted("application/vnd.module.wasm.config.v1+json");
    String layer =
        push(TestRegistry.MODULE).formatted("application/vnd.module.wasm.content.layer.v1+wasm");
    byte[] manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(OCI, config, layer)
            .getBytes(StandardCharsets.UTF_8);
    assertThat(send("PUT", "/v2/p/manifests/v1", manifest, OCI).statusCode()).isEqualTo(201);

    try (ModuleFetcher fetcher =
        new ModuleFetcher(PullSecrets.NONE, Duration.ofSeconds(10), 1 << 20)) {
      WasmModule module =
          fetcher.fetch(
              ModuleRequest.of(
                  "oci://" + authority + "/p:v1",
                  Digests.sha256(manifest),
                  PullPolicy.Always,
                  "",
                  "shop",
                  1));
      assertThat(module.bytes()).isEqualTo(TestRegistry.MODULE);
    }
  }
}
