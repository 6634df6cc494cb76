package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SIGTERM leaves behind: everything written, nothing complained about. */
class ShutdownTest {
  @TempDir Path folder;

  @Test
  void writesTheAccessLogAndEndsWithoutComplaint() throws Exception {
    int[] ports = RunningProxy.freePorts();
    Path accessLog = folder.resolve("access.log");
    Path bootstrap = Files.writeString(folder.resolve("bootstrap.yaml"), bootstrap(ports));

    int exit;
    String log;
    try (var client = HttpClient.newHttpClient();
        var proxy = RunningProxy.weir(bootstrap, folder, ports[1])) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports[0] + "/a")).build();
      assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("hello");
      exit = proxy.terminate();
      log = proxy.log();
    }

    assertThat(exit).isZero();
    assertThat(Files.readString(accessLog)).isEqualTo("GET /a 200\n");
    assertThat(log).doesNotContain("[error]", "[warning]", "Exception");
  }

  private String bootstrap(int[] ports) {
    return """
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
                  access_log:
                  - name: envoy.access_loggers.file
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                      path: %s
                      log_format:
                        text_format_source: {inline_string: "%%REQ(:METHOD)%% %%REQ(:PATH)%% %%RESPONSE_CODE%%\\n"}
                  route_config:
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                      - match: {prefix: /}
                        direct_response: {status: 200, body: {inline_string: hello}}
                  http_filters:
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
        """
        .formatted(ports[1], ports[0], folder.resolve("access.log"));
  }
}
