package io.weir.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that files hold, changed while connections are open. */
class SecretFilesTest {
  private static final int ROTATIONS = Integer.getInteger("weir.soak.rotations", 20);

  @TempDir Path folder;

  private String bootstrap(String context) {
    return """
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        static_resources:
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
                    %s
        """
        .formatted(context);
  }

  /** Puts a text into a file as editors and agents do: beside it, then renamed over it. */
  private void put(String name, String text) throws Exception {
    Path fresh = Files.writeString(folder.resolve(name + ".fresh"), text);
    Files.move(
        fresh,
        folder.resolve(name),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  private String secret(String certificate) {
    return """
        resources:
        - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
          name: s
          tls_certificate:
            certificate_chain: {filename: %s}
            private_key: {filename: %s}
        """
        .formatted(
            TestCertificates.path(certificate + ".pem"),
            TestCertificates.path(certificate + ".key"));
  }

  private static String subject(LiveProxy proxy) throws Exception {
    try (var client = new TlsClient(proxy.port("tls"))) {
      return client.subject();
    }
  }

  @Test
  void nextHandshakeTakesTheNewSecretAndGarbageLeavesTheLast() throws Exception {
    put("sds.yaml", secret("server"));
    String context =
        "tls_certificate_sds_secret_configs: [{name: s, sds_config: {path_config_source: {path: "
            + folder.resolve("sds.yaml")
            + "}}}]";
    try (var proxy = LiveProxy.start(folder, bootstrap(context));
        var old = new TlsClient(proxy.port("tls"))) {
      assertThat(old.subject()).isEqualTo("CN=server,O=Test");

      put("sds.yaml", secret("second"));
      LiveProxy.await("second", () -> subject(proxy).equals("CN=second,O=Test"));
      assertThat(old.echo("still here\n")).isEqualTo("still here\n");

      put("sds.yaml", secret("second").replace("second.key", "server.key"));
      put("sds.yaml", "garbage");
      put("sds.yaml", secret("rsa").replace("rsa.pem", "nowhere.pem"));
      assertThat(subject(proxy)).isEqualTo("CN=second,O=Test");

      put("sds.yaml", secret("rsa"));
      LiveProxy.await("rsa", () -> subject(proxy).equals("CN=rsa,O=Test"));
      assertThat(old.echo("and here\n")).isEqualTo("and here\n");
    }
  }

  @Test
  void countsEachReadingOfAFileOnce() throws Exception {
    put("sds.yaml", secret("server"));
    String context =
        "tls_certificate_sds_secret_configs: [{name: s, sds_config: {path_config_source: {path: "
            + folder.resolve("sds.yaml")
            + "}}}]";
    try (var proxy = LiveProxy.start(folder, bootstrap(context))) {
      assertThat(updates(proxy)).containsExactly("attempt 1", "success 1");

      put("sds.yaml", secret("second"));
      awaitUpdates(proxy, "attempt 2", "success 2");
      put("sds.yaml", "{ garbage");
      awaitUpdates(proxy, "attempt 3", "failure 1", "success 2");
      put("sds.yaml", secret("second").replace("name: s", "name: other"));
      awaitUpdates(proxy, "attempt 4", "failure 1", "rejected 1", "success 2");
      put("sds.yaml", secret("second").replace("second.key", "server.key"));
      awaitUpdates(proxy, "attempt 5", "failure 1", "rejected 2", "success 2");
      put("sds.yaml", "resources: []");
      awaitUpdates(proxy, "attempt 6", "failure 1", "rejected 3", "success 2");
      put("sds.yaml", "version_info: '2'\n" + secret("second"));
      awaitUpdates(proxy, "attempt 7", "failure 1", "rejected 3", "success 3");
      assertThat(subject(proxy)).isEqualTo("CN=second,O=Test");
    }
  }

  private static void awaitUpdates(LiveProxy proxy, String... expected) {
    LiveProxy.await(
        String.join(", ", expected), () -> updates(proxy).equals(java.util.List.of(expected)));
  }

  /** The update counters of the secret that are not 0. */
  private static java.util.List<String> updates(LiveProxy proxy) throws Exception {
    return proxy
        .admin("/stats?filter=" + java.net.URLEncoder.encode("^sds\\.s\\.update_[a-z]+$", "UTF-8"))
        .lines()
        .filter(line -> !line.endsWith(": 0") && !line.matches(".*update_(time|duration).*"))
        .map(line -> line.substring("sds.s.update_".length()).replace(":", ""))
        .sorted()
        .toList();
  }

  @Test
  void rotationUnderLoadFailsNoHandshake() throws Exception {
    put("sds.yaml", secret("server"));
    String context =
        "tls_certificate_sds_secret_configs: [{name: s, sds_config: {path_config_source: {path: "
            + folder.resolve("sds.yaml")
            + "}}}]";
    try (var proxy = LiveProxy.start(folder, bootstrap(context));
        var open = new TlsClient(proxy.port("tls"));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var stop = new AtomicBoolean();
      var seen = new ConcurrentHashMap<String, Integer>();
      var clients = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 4; i++) {
        clients.add(
            threads.submit(
                () -> {
                  int handshakes = 0;
                  for (; !stop.get(); handshakes++) {
                    seen.merge(subject(proxy), 1, Integer::sum);
                  }
                  return handshakes;
                }));
      }
      for (int i = 0; i < ROTATIONS; i++) {
        String next = i % 2 == 0 ? "second" : "server";
        int before = seen.getOrDefault("CN=" + next + ",O=Test", 0);
        put("sds.yaml", secret(next));
        LiveProxy.await(next, () -> seen.getOrDefault("CN=" + next + ",O=Test", 0) > before + 1);
      }
      stop.set(true);
      for (Future<Integer> client : clients) {
        assertThat(client.get(20, TimeUnit.SECONDS)).isPositive();
      }
      assertThat(seen).containsOnlyKeys("CN=server,O=Test", "CN=second,O=Test");
      assertThat(open.echo("still here\n")).isEqualTo("still here\n");
    }
  }

  @Test
  void keysAreNeverShown() throws Exception {
    put("sds.yaml", secret("server"));
    put("ticket.key", "t".repeat(80));
    String inline =
        Files.readString(TestCertificates.path("second.key")).replace("\n", "\\n").trim();
    String context =
        "tls_certificate_sds_secret_configs: [{name: s, sds_config: {path_config_source: {path: "
            + folder.resolve("sds.yaml")
            + "}}}, {name: inline}]\n          session_ticket_keys: {keys: [{filename: "
            + folder.resolve("ticket.key")
            + "}]}";
    String secrets =
        """
          secrets:
          - name: inline
            tls_certificate:
              certificate_chain: {filename: %s}
              private_key: {inline_string: "%s"}
              password: {inline_string: "the-password"}
        """
            .formatted(TestCertificates.path("second.pem"), inline);
    try (var proxy = LiveProxy.start(folder, bootstrap(context) + secrets)) {
      subject(proxy);
      for (String path : java.util.List.of("/config_dump", "/config_dump?include_eds", "/certs")) {
        String shown = proxy.admin(path);
        assertThat(shown).doesNotContain("the-password", "t".repeat(80));
        for (String name : java.util.List.of("server.key", "second.key")) {
          for (String line : Files.readAllLines(TestCertificates.path(name))) {
            if (!line.startsWith("-----")) {
              assertThat(shown).as(path + " " + name).doesNotContain(line);
            }
          }
          assertThat(shown)
              .doesNotContain(
                  java.util.Base64.getEncoder()
                      .encodeToString(Files.readAllBytes(TestCertificates.path(name)))
                      .substring(0, 60));
        }
      }
      assertThat(proxy.admin("/config_dump")).contains("[redacted]");
    }
  }

  @Test
  void readsAgainWhatStandsInTheFilesOfASecret() throws Exception {
    copy("server");
    put(
        "sds.yaml",
        secret("server").replaceAll("filename: .*/server\\.", "filename: " + folder + "/own."));
    String context =
        "tls_certificate_sds_secret_configs: [{name: s, sds_config: {path_config_source: {path: "
            + folder.resolve("sds.yaml")
            + "}}}]";
    try (var proxy = LiveProxy.start(folder, bootstrap(context))) {
      assertThat(subject(proxy)).isEqualTo("CN=server,O=Test");

      copy("second");

      LiveProxy.await("second", () -> subject(proxy).equals("CN=second,O=Test"));
    }
  }

  private void copy(String name) throws Exception {
    put("own.pem", Files.readString(TestCertificates.path(name + ".pem")));
    put("own.key", Files.readString(TestCertificates.path(name + ".key")));
  }

  @Test
  void listensWithoutASecretThatDoesNotCome() throws Exception {
    put("sds.yaml", "resources: []");
    String context =
        "tls_certificate_sds_secret_configs: [{name: s, sds_config: {path_config_source: {path: "
            + folder.resolve("sds.yaml")
            + "}}}]";
    try (var proxy = LiveProxy.start(folder, bootstrap(context))) {
      try (var plain = proxy.connect("tls")) {
        assertThat(plain.getInputStream().read()).isEqualTo(-1);
      }

      put("sds.yaml", secret("server"));

      LiveProxy.await(
          "a secret",
          () -> {
            try {
              return subject(proxy).equals("CN=server,O=Test");
            } catch (java.io.IOException e) {
              return false;
            }
          });
    }
  }
}
