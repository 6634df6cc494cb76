package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A wasm plugin whose configuration changes again and again under load, by extension discovery:
 * each change shows, no request fails, and what the proxy holds on to does not grow.
 */
class WasmReloadTest {
  private static final Pattern METASPACE = Pattern.compile("Metaspace +used (\\d+)K");
  private static final Pattern LIVE = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
  private static final Pattern LINEAR = Pattern.compile("\"memory_bytes\": ?(\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void aFewReloads() throws Exception {
    reload(40);
  }

  @Test
  @Tag("soak")
  void aThousandReloads() throws Exception {
    reload(Integer.getInteger("soak.reloads", 1000));
  }

  /** Bytes that are alive. */
  private record Held(long heap, long metaspace, long linearMemory) {}

  private void reload(int times) throws Exception {
    int[] ports = RunningProxy.freePorts();
    Path bootstrap = Files.writeString(folder.resolve("bootstrap.yaml"), bootstrap(ports));
    configure(0);
    var failed = new AtomicInteger();
    var answered = new AtomicInteger();
    var over = new AtomicBoolean();
    try (var client = HttpClient.newHttpClient();
        var proxy = RunningProxy.weir(bootstrap, folder, ports[1])) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports[0] + "/"))
              .timeout(PATIENCE)
              .build();
      Thread load =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!over.get()) {
                      (ok(client, request) ? answered : failed).incrementAndGet();
                    }
                  });
      Held early = null;
      for (int i = 1; i <= times; i++) {
        configure(i);
        awaitConfiguration(client, request, i);
        if (i == times / 4) {
          early = held(proxy, client, ports[1]);
        }
      }
      over.set(true);
      load.join();
      Held late = held(proxy, client, ports[1]);

      System.getLogger("weir.test")
          .log(
              System.Logger.Level.INFO,
              "{0} reloads, {1} requests: {2} then {3}",
              times,
              answered,
              early,
              late);
      assertThat(failed).hasValue(0);
      assertThat(answered).hasPositiveValue();
      assertThat(early).isNotNull();
      assertThat(late.heap).as("heap").isLessThan(early.heap + (2 << 20));
      assertThat(late.metaspace).as("metaspace").isLessThan(early.metaspace + (2 << 20));
      assertThat(late.linearMemory).as("linear memory").isEqualTo(early.linearMemory);
      assertThat(proxy.log()).doesNotContain("[error]", "LEAK");
    }
  }

  private static boolean ok(HttpClient client, HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (Exception e) {
      return false;
    }
  }

  private static void awaitConfiguration(HttpClient client, HttpRequest request, int number)
      throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String seen = "";
    while (!seen.equals("v" + number)) {
      assertThat(System.nanoTime()).as("configuration " + number).isLessThan(deadline);
      LockSupport.parkNanos(2_000_000);
      HttpResponse<Void> response = client.send(request, BodyHandlers.discarding());
      seen = response.headers().firstValue("x-weir").orElse("");
    }
  }

  private static Held held(RunningProxy proxy, HttpClient client, int admin) throws Exception {
    String plugins =
        client
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + admin + "/plugins?format=json"))
                    .build(),
                BodyHandlers.ofString())
            .body();
    // The histogram counts what is alive, after a collection.
    long heap = number(LIVE, jcmd(proxy, "GC.class_histogram"));
    return new Held(
        heap,
        number(METASPACE, jcmd(proxy, "VM.metaspace", "basic")) << 10,
        number(LINEAR, plugins));
  }

  private static long number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  private static String jcmd(RunningProxy proxy, String... command) throws Exception {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    List<String> line = new ArrayList<>(List.of(tool.toString(), Long.toString(proxy.pid())));
    line.addAll(List.of(command));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Replaces the filter's configuration, as a control plane over files does. */
  private void configure(int number) throws Exception {
    Path next = folder.resolve("next.yaml");
    Files.writeString(
        next,
        """
        version_info: "%d"
        resources:
        - "@type": type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig
          name: plugin
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
            config:
              name: reloaded
              configuration:
                "@type": type.googleapis.com/google.protobuf.StringValue
                value: '{"name": "x-weir", "value": "v%d"}'
              vm_config:
                runtime: envoy.wasm.runtime.v8
                code: {local: {filename: %s}}
        """
            .formatted(
                number, number, CaseRun.plugins().resolve("add-header.wasm").toAbsolutePath()));
    Files.move(
        next,
        folder.resolve("plugin.yaml"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private String bootstrap(int[] ports) {
    return """
        node: {id: reloaded, cluster: reloaded}
        admin:
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
        static_resources:
          listeners:
          - name: front
            address: {socket_address: {address: 127.0.0.1, port_value: %d}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: front
                  route_config:
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                      - match: {prefix: /}
                        direct_response: {status: 200, body: {inline_string: hello}}
                  http_filters:
                  - name: plugin
                    config_discovery:
                      config_source: {path_config_source: {path: %s}, resource_api_version: V3}
                      type_urls: [type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm]
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
        """
        .formatted(ports[1], ports[0], folder.resolve("plugin.yaml"));
  }
}
