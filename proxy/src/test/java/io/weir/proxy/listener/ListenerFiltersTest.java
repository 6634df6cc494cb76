package io.weir.proxy.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listener filters between real sockets. */
class ListenerFiltersTest {
  @TempDir Path folder;

  /** {@code filter_disabled}: the inspector does not look, so that no protocol is known. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{any_match: true} | other",
        "{not_match: {any_match: true}} | http",
        "{destination_port_range: {start: 1, end: 65536}} | other",
        "{destination_port_range: {start: 1, end: 2}} | http",
        "{or_match: {rules: [{destination_port_range: {start: 1, end: 2}}, {any_match: true}]}} | other",
        "{and_match: {rules: [{destination_port_range: {start: 1, end: 2}}, {any_match: true}]}} | http",
      })
  void aFilterMayBeDisabled(String predicate, String chain) throws Exception {
    String filters =
        """
        - name: envoy.filters.listener.http_inspector
              filter_disabled: %s
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.listener.http_inspector.v3.HttpInspector
        """
            .formatted(predicate);
    try (var proxy = LiveProxy.start(folder, bootstrap(filters));
        Socket client = proxy.connect("l")) {
      client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      client.setSoTimeout(20_000);
      assertThat(client.getInputStream().readNBytes(chain.length())).asString().isEqualTo(chain);
    }
  }

  /** {@code envoy.filters.listener.local_ratelimit}. */
  @Test
  void onlySoManySocketsAreTaken() throws Exception {
    String filters =
        """
        - name: envoy.filters.listener.local_ratelimit
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.listener.local_ratelimit.v3.LocalRateLimit
                stat_prefix: few
                token_bucket: {max_tokens: 1, fill_interval: 3600s}
        """;
    try (var proxy = LiveProxy.start(folder, bootstrap(filters));
        Socket first = proxy.connect("l")) {
      assertThat(first.getInputStream().readNBytes(5)).asString().isEqualTo("other");
      try (Socket second = proxy.connect("l")) {
        assertThat(second.getInputStream().read()).isNegative();
      }
    }
  }

  private static String bootstrap(String filters) {
    return """
        static_resources:
          listeners:
          - name: l
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            listener_filters:
            %s
            filter_chains:
            - filter_chain_match: {application_protocols: [http/1.1]}
              filters:
              - name: envoy.filters.network.direct_response
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.direct_response.v3.Config
                  response: {inline_string: http}
            - filters:
              - name: envoy.filters.network.direct_response
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.direct_response.v3.Config
                  response: {inline_string: other}
        """
        .formatted(filters);
  }
}
