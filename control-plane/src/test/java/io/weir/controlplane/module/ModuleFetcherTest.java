package io.weir.controlplane.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.controlplane.config.WasmPlugin.PullPolicy;
import io.weir.controlplane.module.TestRegistry.Layer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules from a registry, a web server and files, in every wrapping, and everything wrong. */
final class ModuleFetcherTest {

  private static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  private static final String WASM = "application/vnd.module.wasm.content.layer.v1+wasm";
  private static final String OCI_ARCHIVE = "application/vnd.oci.image.layer.v1.tar+gzip";

  @TempDir private Path folder;
  private TestRegistry registry;
  private ModuleFetcher fetcher;

  @BeforeEach
  void start() throws IOException {
    registry = new TestRegistry();
    fetcher = new ModuleFetcher(new PullSecrets(folder), Duration.ofSeconds(10), 1 << 20);
  }

  @AfterEach
  void stop() {
    fetcher.close();
    registry.close();
  }

  private byte[] fetch(String url, String sha256, String secret) throws FetchException {
    return fetcher.fetch(request(url, sha256, secret)).bytes();
  }

  private static ModuleRequest request(String url, String sha256, String secret) {
    return ModuleRequest.of(url, sha256, PullPolicy.UNSPECIFIED_POLICY, secret, "shop", 1);
  }

  private String oci(String rest) {
    return "oci://" + registry.authority() + "/" + rest;
  }

  @Test
  void readsAllFormsOfImages() throws Exception {
    byte[] archive = TestRegistry.gzip(TestRegistry.tar("./plugin.wasm"));
    registry.image(
        "docker",
        "v1",
        DOCKER,
        new Layer("application/vnd.docker.image.rootfs.diff.tar.gzip", archive));
    registry.image(
        "compat",
        "v1",
        OCI,
        new Layer(
            "application/vnd.module.wasm.spec.v1+yaml", "a: 1".getBytes(StandardCharsets.UTF_8)),
        new Layer(OCI_ARCHIVE, archive));
    registry.image(
        "artifact",
        "v1",
        OCI,
        new Layer(
            "application/vnd.module.wasm.config.v1+json", "{}".getBytes(StandardCharsets.UTF_8)),
        new Layer(WASM, TestRegistry.MODULE));
    registry.image("single", "v1", OCI, new Layer("application/wasm", TestRegistry.MODULE));

    for (String form : new String[] {"docker", "compat", "artifact", "single"}) {
      assertThat(fetch(oci(form + ":v1"), "", "")).as(form).isEqualTo(TestRegistry.MODULE);
    }
    assertThat(fetch(registry.authority() + "/single:v1", "", "")).isEqualTo(TestRegistry.MODULE);
  }

  @Test
  void followsAnIndexToTheManifestForWasm() throws Exception {
    String digest = registry.image("multi", "x", OCI, new Layer(WASM, TestRegistry.MODULE));
    String index =
        """
        {"manifests":[{"digest":"sha256:%s","platform":{"architecture":"amd64"}},
        {"digest":"sha256:%s","platform":{"architecture":"wasm"}}]}
        """
            .formatted("0".repeat(64), digest);
    registry.put("/v2/multi/manifests/v1", index.getBytes(StandardCharsets.UTF_8));

    assertThat(fetch(oci("multi:v1"), "", "")).isEqualTo(TestRegistry.MODULE);
  }

  @Test
  void checksTheChecksumOfTheManifestOrTheModule() throws Exception {
    String manifest = registry.image("m", "v1", OCI, new Layer(WASM, TestRegistry.MODULE));
    String module = Digests.sha256(TestRegistry.MODULE);

    assertThat(fetch(oci("m:v1"), manifest, "")).isEqualTo(TestRegistry.MODULE);
    assertThat(fetch(oci("m:v1"), module, "")).isEqualTo(TestRegistry.MODULE);
    assertThat(fetch(oci("m@sha256:" + manifest), "", "")).isEqualTo(TestRegistry.MODULE);
    assertThatThrownBy(() -> fetch(oci("m:v1"), "1".repeat(64), ""))
        .hasMessageContaining("sha256 should be 1111")
        .hasMessageContaining(manifest);
  }

  @Test
  void refusesABlobThatIsNotWhatItsDigestSays() {
    registry.image("m", "v1", OCI, new Layer(WASM, TestRegistry.MODULE));
    registry.put(
        "/v2/m/blobs/sha256:" + Digests.sha256(TestRegistry.MODULE), new byte[] {0, 'a', 's', 'm'});

    assertThatThrownBy(() -> fetch(oci("m:v1"), "", "")).hasMessageContaining("should be sha256:");
  }

  @Test
  void getsATokenWithAPullSecret() throws Exception {
    registry.image("private", "v1", OCI, new Layer(WASM, TestRegistry.MODULE));
    registry.password = "secret";
    Files.createDirectories(folder.resolve("shop"));
    Files.writeString(
        folder.resolve("shop/pull"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
            .formatted(registry.authority(), TestRegistry.base64("user:secret")));

    assertThat(fetch(oci("private:v1"), "", "pull")).isEqualTo(TestRegistry.MODULE);
    assertThatThrownBy(() -> fetch(oci("private:v1"), "", "")).hasMessageContaining("no token");
    assertThatThrownBy(() -> fetch(oci("private:v1"), "", "other"))
        .hasMessageContaining("shop/other cannot be read");
    assertThatThrownBy(() -> fetch(oci("private:v1"), "", "../../etc/passwd"))
        .hasMessageContaining("is no name");
  }

  @Test
  void unwrapsDownloads() throws Exception {
    String base = "http://" + registry.authority();
    registry.put("/plain", TestRegistry.MODULE);
    registry.put("/zip", TestRegistry.gzip(TestRegistry.MODULE));
    registry.put("/tar", TestRegistry.tar("a/readme", "b/filter.wasm"));
    registry.put("/two", TestRegistry.tar("a.wasm", "b.wasm"));
    registry.put("/html", "<html>".getBytes(StandardCharsets.UTF_8));
    String sha256 = Digests.sha256(TestRegistry.MODULE);

    for (String path : new String[] {"/plain", "/zip", "/tar"}) {
      assertThat(fetch(base + path, sha256, "")).as(path).isEqualTo(TestRegistry.MODULE);
    }
    assertThatThrownBy(() -> fetch(base + "/two", "", "")).hasMessageContaining("holds 2 modules");
    assertThatThrownBy(() -> fetch(base + "/html", "", "")).hasMessageContaining("no wasm module");
    assertThatThrownBy(() -> fetch(base + "/none", "", "")).hasMessageContaining("answers 404");
    assertThatThrownBy(() -> fetch(base + "/plain", "2".repeat(64), ""))
        .hasMessageContaining("sha256 should be 2222");
  }

  @Test
  void keepsTheLimits() throws Exception {
    registry.put("/large", new byte[(1 << 20) + 1]);
    registry.put("/bomb", TestRegistry.gzip(new byte[2 << 20]));
    String base = "http://" + registry.authority();

    assertThatThrownBy(() -> fetch(base + "/large", "", "")).hasMessageContaining("larger than");
    assertThatThrownBy(() -> fetch(base + "/bomb", "", "")).hasMessageContaining("unpacks to more");
  }

  @Test
  void waitsForNobodyWithoutEnd() {
    String base = "http://" + registry.authority();
    assertThatThrownBy(() -> fetch(base + "/loop", "", ""))
        .hasMessageContaining("redirects more than 5 times");
    assertThatThrownBy(() -> fetch(base + "/file", "", ""))
        .hasMessageContaining("which is not followed");
    try (ModuleFetcher hasty =
        new ModuleFetcher(new PullSecrets(folder), Duration.ofMillis(300), 1 << 20)) {
      assertThatThrownBy(() -> hasty.fetch(request(base + "/stall", "", "")))
          .hasMessageContaining("does not answer");
      assertThatThrownBy(() -> hasty.fetch(request(base + "/drip", "", "")))
          .hasMessageContaining("stops in the middle");
    }
  }

  @Test
  void isNotLedToTheCloudsMetadata() {
    String base = "http://" + registry.authority();
    assertThatThrownBy(() -> fetch(base + "/away", "", ""))
        .hasMessageContaining("169.254.169.254, where no module may come from");
    assertThatThrownBy(() -> fetch("http://169.254.169.254/x", "", ""))
        .hasMessageContaining("no module may come from");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.1.1",
        "fe80::1",
        "0.0.0.0",
        "100.100.100.200",
        "224.0.0.1",
        "fd00:ec2::254"
      })
  void guardsAddresses(String address) throws IOException {
    assertThat(AddressGuard.forbidden(InetAddress.getByName(address))).isTrue();
    assertThat(AddressGuard.forbidden(InetAddress.getByName("10.0.0.1"))).isFalse();
  }

  @Test
  void readsFilesAndLayouts() throws Exception {
    Files.write(folder.resolve("a.wasm"), TestRegistry.MODULE);
    TestRegistry.layout(folder.resolve("image"), "v2");
    String sha256 = Digests.sha256(TestRegistry.MODULE);

    assertThat(fetch("file://" + folder + "/a.wasm", sha256, "")).isEqualTo(TestRegistry.MODULE);
    assertThat(fetch("file://" + folder + "/image:v2", sha256, "")).isEqualTo(TestRegistry.MODULE);
    assertThat(fetch("file://" + folder + "/image", "", "")).isEqualTo(TestRegistry.MODULE);
    assertThatThrownBy(() -> fetch("file://" + folder + "/image:v3", "", ""))
        .hasMessageContaining("has no image v3");
    assertThatThrownBy(() -> fetch("file://" + folder + "/a.wasm", "3".repeat(64), ""))
        .hasMessageContaining("sha256 should be 3333");
    assertThatThrownBy(() -> fetch("ftp://x/y", "", "")).hasMessageContaining("come from oci");
  }

  @Test
  void tellsWhatMayPassFromWhatLasts() {
    registry.failures = 1;
    String url = "http://" + registry.authority() + "/x";
    assertThatThrownBy(() -> fetch(url, "", ""))
        .satisfies(e -> assertThat(((FetchException) e).isPassing()).isTrue());
    assertThatThrownBy(() -> fetch(url, "", ""))
        .satisfies(e -> assertThat(((FetchException) e).isPassing()).isFalse());
  }
}
