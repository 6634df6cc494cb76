package io.weir.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.proxy.LiveProxy;
import io.weir.proxy.config.InvalidConfigurationException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code filter_chain_matcher}, as a stock Envoy takes it: who is answered by which chain. */
class FilterChainTreeTest {
  private static final String TYPE = "\"@type\": type.googleapis.com/";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // matcher | answer to 127.0.0.1 | to 127.0.0.2 | to 127.1.0.1
        "exact SourceIPInput {127.0.0.1: =a, 127.0.0.2: =b} | a | b | default",
        "exact SourceIPInput {127.0.0.1: =nobody} | `` | default | default",
        "exact SourceTypeInput {local: =a} | a | a | a",
        "prefix SourceIPInput {'127.0': =a, '127.0.0.2': =b} | a | b | default",
        "exact DestinationPortInput {'1': =a} | default | default | default",
        "exact TransportProtocolInput {raw_buffer: =b} | b | b | b",
        "ranges {127.0.0.0/8: =a, 127.0.0.2/32: =b} | a | b | a",
      })
  void theTreeNamesTheChain(String matcher, String first, String second, String third)
      throws Exception {
    try (var proxy = LiveProxy.start(folder, bootstrap(matcher(matcher), "name: a"))) {
      assertThat(from("127.0.0.1", proxy)).isEqualTo(first);
      assertThat(from("127.0.0.2", proxy)).isEqualTo(second);
      assertThat(from("127.1.0.1", proxy)).isEqualTo(third);
    }
  }

  @Test
  void chainsNeedNamesAndNoMatchOfTheirOwn() {
    String matcher = matcher("exact SourceIPInput {127.0.0.1: =b}");
    for (String wrong : new String[] {"name: b", "name: ''", "filter_chain_match: {}, name: a"}) {
      assertThatThrownBy(() -> LiveProxy.start(folder, bootstrap(matcher, wrong)).close())
          .as(wrong)
          .isInstanceOf(InvalidConfigurationException.class);
    }
  }

  /** Spells a matcher out. */
  private static String matcher(String shorthand) {
    String map =
        shorthand
            .substring(shorthand.indexOf('{'))
            .replaceAll(
                "=([a-z]+)",
                "{action: {name: n, typed_config: {"
                    + TYPE.replace("$", "")
                    + "google.protobuf.StringValue, value: $1}}}");
    if (shorthand.startsWith("ranges")) {
      String ranges =
          map.substring(1, map.length() - 1)
              .replaceAll(
                  "([0-9.]+)/([0-9]+): ([^=]*?}}})",
                  "{ranges: [{address_prefix: $1, prefix_len: $2}], on_match: $3}");
      return "{matcher_tree: {input: "
          + input("SourceIPInput")
          + ", custom_match: {name: c, typed_config: {"
          + TYPE
          + "xds.type.matcher.v3.IPMatcher, range_matchers: ["
          + ranges
          + "]}}}}";
    }
    String[] words = shorthand.split(" ");
    return "{matcher_tree: {input: "
        + input(words[1])
        + ", "
        + words[0]
        + "_match_map: {map: "
        + map
        + "}}}";
  }

  private static String input(String name) {
    return "{name: i, typed_config: {"
        + TYPE
        + "envoy.extensions.matching.common_inputs.network.v3."
        + name
        + "}}";
  }

  private static String bootstrap(String matcher, String firstChain) {
    return """
        static_resources:
          listeners:
          - name: l
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chain_matcher: %s
            filter_chains: [{%s, %s}, {name: b, %s}]
            default_filter_chain: {%s}
        """
        .formatted(matcher, firstChain, answer("a"), answer("b"), answer("default"));
  }

  private static String answer(String text) {
    return "filters: [{name: d, typed_config: {"
        + TYPE
        + "envoy.extensions.filters.network.direct_response.v3.Config, response: {inline_string: "
        + text
        + "}}}]";
  }

  private static String from(String address, LiveProxy proxy) throws Exception {
    try (var socket = new Socket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
      socket.setSoTimeout(10_000);
      socket.connect(new InetSocketAddress("127.0.0.1", proxy.port("l")));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
