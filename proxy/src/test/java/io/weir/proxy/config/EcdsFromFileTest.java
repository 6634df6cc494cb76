package io.weir.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters whose configuration is discovered from a file. */
class EcdsFromFileTest {
  @TempDir Path folder;

  private void write(String code) throws IOException {
    Path next = folder.resolve("next.yaml");
    Files.writeString(
        next,
        """
        resources:
        - "@type": type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig
          name: script
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation
            mutations:
              response_mutations: [{append: {header: {key: "%s", value: "1"}}}]
        """
            .formatted(code));
    Files.move(next, folder.resolve("ecds.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  private String bootstrap() {
    return """
        node: {id: n, cluster: c}
        static_resources:
          listeners:
          - name: http
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains:
            - filters:
              - name: http
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: http
                  route_config:
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes: [{match: {prefix: /}, direct_response: {status: 204}}]
                  http_filters:
                  - name: script
                    config_discovery:
                      type_urls: [type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation]
                      config_source: {resource_api_version: V3, path_config_source: {path: "%s"}}
                  - name: router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        """
        .formatted(folder.resolve("ecds.yaml"));
  }

  private static String status(LiveProxy proxy) throws Exception {
    try (Socket socket = proxy.connect("http")) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      var answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return answer.readLine();
    }
  }

  @Test
  void aRefusedFirstConfigurationDoesNotHoldUpTheListener() throws Exception {
    write("");
    try (LiveProxy proxy = LiveProxy.start(folder, bootstrap())) {
      assertThat(status(proxy)).startsWith("HTTP/1.1 500");
      write("x-good");
      LiveProxy.await("204", () -> status(proxy).startsWith("HTTP/1.1 204"));
      write("");
      assertThat(status(proxy)).startsWith("HTTP/1.1 204");
    }
  }
}
