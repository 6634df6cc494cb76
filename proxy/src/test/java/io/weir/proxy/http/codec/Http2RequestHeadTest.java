package io.weir.proxy.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.http.HeaderMap;
import io.weir.proxy.http.codec.Http1Settings.Underscores;
import io.weir.proxy.http.codec.Http2Settings.KeepAlive;
import io.weir.proxy.http.codec.Http2Settings.Limits;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which requests are HTTP, as recorded from a stock Envoy. */
final class Http2RequestHeadTest {
  static Stream<Arguments> cases() throws Exception {
    try (InputStream in = Http2RequestHeadTest.class.getResourceAsStream("http2-requests.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(line -> line.split("\\|", -1))
              .map(parts -> Arguments.of(parts[0].strip(), parts[1].strip(), parts[2].strip()))
              .toList()
              .stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void behavesAsRecorded(String name, String fields, String expected) {
    var harness = new Http2ServerHarness();
    var map = new HeaderMap();
    for (String field : split(fields)) {
      int colon = Math.max(field.indexOf(':', 1), 0);
      byte[] key = unescape(field.substring(0, colon));
      byte[] value = unescape(field.substring(colon + 1));
      int keyStart = map.append(key, 0, key.length);
      int valueStart = map.append(value, 0, value.length);
      map.addParsed(keyStart, key.length, valueStart, value.length, keyStart);
    }
    var head =
        new Http2RequestHead(
            new Http2Settings(
                4096,
                10,
                65_535,
                65_535,
                name.contains("allowed"),
                61_440,
                100,
                true,
                name.contains("dropped") ? Underscores.DROP : Underscores.ALLOW,
                0,
                Limits.DEFAULT,
                KeepAlive.NONE,
                List.of()),
            new Http2Stats(harness.worker.stats(), ""));
    String problem = head.read(map, true);
    String outcome =
        problem == null ? map.toString().strip().replace("\n", ";").replace(": ", ":") : "invalid";
    assertThat(outcome).isEqualTo(expected.isEmpty() ? "invalid" : expected);
  }

  /** {@code GET} stands for a whole request. */
  private static List<String> split(String fields) {
    var all = new ArrayList<String>();
    for (String field : fields.split(";", -1)) {
      if (field.equals("GET")) {
        all.addAll(List.of(":method:GET", ":path:/", ":scheme:http", ":authority:h"));
      } else {
        all.add(field);
      }
    }
    return all;
  }

  private static byte[] unescape(String text) {
    return text.replace("\\0", "\0")
        .replace("\\n", "\n")
        .replace("\\r", "\r")
        .replace("\\t", "\t")
        .replace("\\s", " ")
        .replace("\\x7f", "\u007f")
        .replace("\\x01", "\u0001")
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
