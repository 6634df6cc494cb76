package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What is no HTTP, from clients and from upstreams: answers, flags, details and what goes on are
 * those of a stock Envoy, or stricter: 400 or 502 and an end. With {@code -Drecord.envoy=BINARY}
 * Envoy's answers are written down again.
 */
class MalformedTest {
  private static final Path FOLDER = Path.of("src/test/resources/malformed");
  private static final Pattern REPEAT = Pattern.compile("<<(.)\\*(\\d+)>>", Pattern.DOTALL);
  private static final Pattern VARYING =
      Pattern.compile("(?m)^(date|server|x-envoy-upstream-service-time|x-request-id): .*\r\n");
  private static final Pattern HEAD =
      Pattern.compile("(HTTP/1\\.[01] \\d{3}[^\r]*\r\n)(.*?)\r\n\r\n", Pattern.DOTALL);
  private static final int QUIET_MILLIS = 150;
  private static final int LONGEST_MILLIS = 3_000;

  @TempDir private Path work;

  private Map<String, byte[]> cases(String name) throws IOException {
    var cases = new LinkedHashMap<String, byte[]>();
    Map<?, ?> file =
        (Map<?, ?>)
            new Load(LoadSettings.builder().setCodePointLimit(1 << 24).build())
                .loadFromString(Files.readString(FOLDER.resolve(name + ".yaml")));
    file.forEach(
        (key, value) ->
            cases.put(
                String.valueOf(key),
                REPEAT
                    .matcher(String.valueOf(value))
                    .replaceAll(
                        m ->
                            Matcher.quoteReplacement(
                                m.group(1).repeat(Integer.parseInt(m.group(2)))))
                    .getBytes(StandardCharsets.ISO_8859_1)));
    return cases;
  }

  private RunningProxy proxy(Path folder, int listener, int admin, int origin) throws Exception {
    Path bootstrap = folder.resolve("bootstrap.yaml");
    Files.writeString(
        bootstrap,
        Files.readString(FOLDER.resolve("bootstrap.yaml"))
            .replace("${LISTENER}", Integer.toString(listener))
            .replace("${ADMIN}", Integer.toString(admin))
            .replace("${UPSTREAM}", Integer.toString(origin)));
    String envoy = System.getProperty("record.envoy");
    return envoy == null
        ? RunningProxy.weir(bootstrap, CaseRun.plugins(), admin)
        : RunningProxy.envoy(Path.of(envoy), bootstrap, admin);
  }

  @TestFactory
  Stream<DynamicTest> requests() throws Exception {
    Map<String, byte[]> cases = cases("requests");
    assertThat(cases).hasSizeGreaterThan(150);
    var observed = new LinkedHashMap<String, String>();
    int[] ports = RunningProxy.freePorts();
    try (var origin = new RawOrigin(_ -> null);
        var proxy = proxy(work, ports[0], ports[1], origin.port())) {
      for (Map.Entry<String, byte[]> entry : cases.entrySet()) {
        String answer = exchange(ports[0], entry.getValue());
        observed.put(entry.getKey(), answer + "\nupstream: " + origin.drain());
      }
      assertThat(proxy.log()).doesNotContain("LEAK:");
    }
    return compare("requests", observed, MalformedTest::refusedRequest);
  }

  @TestFactory
  Stream<DynamicTest> responses() throws Exception {
    Map<String, byte[]> cases = cases("responses");
    assertThat(cases).hasSizeGreaterThan(60);
    var observed = new LinkedHashMap<String, String>();
    int[] ports = RunningProxy.freePorts();
    try (var origin = new RawOrigin(cases::get);
        var proxy = proxy(work, ports[0], ports[1], origin.port())) {
      for (String name : cases.keySet()) {
        String request = "GET /r HTTP/1.1\r\nhost: a\r\nx-case: " + name + "\r\n\r\n";
        observed.put(name, exchange(ports[0], request.getBytes(StandardCharsets.ISO_8859_1)));
      }
      assertThat(proxy.log()).doesNotContain("LEAK:");
    }
    return compare("responses", observed, MalformedTest::refusedResponse);
  }

  /** Sends bytes and reads until the proxy closes or is quiet. */
  private static String exchange(int port, byte[] bytes) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      var got = new ByteArrayOutputStream();
      String end = "open";
      try {
        socket.getOutputStream().write(bytes);
        InputStream in = socket.getInputStream();
        byte[] piece = new byte[65536];
        socket.setSoTimeout(LONGEST_MILLIS);
        for (int n = in.read(piece); ; n = in.read(piece)) {
          if (n < 0) {
            end = "closed";
            break;
          }
          got.write(piece, 0, n);
          socket.setSoTimeout(QUIET_MILLIS);
        }
      } catch (SocketTimeoutException _) {
        // It waits for more, or serves on.
      } catch (IOException _) {
        end = "closed";
      }
      String text = VARYING.matcher(got.toString(StandardCharsets.ISO_8859_1)).replaceAll("");
      return HEAD.matcher(text).replaceAll(m -> Matcher.quoteReplacement(sorted(m)))
          + "\n["
          + end
          + "]";
    }
  }

  /** The order of fields is of no account. */
  private static String sorted(MatchResult head) {
    return head.group(1)
        + Stream.of(head.group(2).split("\r\n", -1)).sorted().collect(Collectors.joining("\r\n"))
        + "\r\n\r\n";
  }

  /** Refused with nothing of it sent on: safe, whatever Envoy does. */
  private static boolean refusedRequest(String observed) {
    return observed.matches("(?s)HTTP/1.1 4\\d\\d .*\\[closed]\nupstream: \\[]")
        && observed.indexOf("HTTP/1.1", 8) < 0;
  }

  /** Answered by the proxy, or cut off where the fault was found. */
  private static boolean refusedResponse(String observed) {
    return observed.endsWith("[closed]") && !observed.contains("0\r\n\r\n")
        || observed.matches("(?s)HTTP/1.1 50[23] .*\\[open]")
            && observed.indexOf("HTTP/1.1", 8) < 0;
  }

  private static String json(Map<String, String> observed) throws IOException {
    var json = Struct.newBuilder();
    observed.forEach(
        (key, text) -> json.putFields(key, Value.newBuilder().setStringValue(text).build()));
    return JsonFormat.printer().print(json) + "\n";
  }

  private Stream<DynamicTest> compare(
      String name, Map<String, String> observed, Predicate<String> refused) throws IOException {
    Path file = FOLDER.resolve(name + ".envoy.json");
    Files.writeString(Path.of("target", "malformed-" + name + ".json"), json(observed));
    if (System.getProperty("record.envoy") != null) {
      Files.writeString(file, json(observed));
    }
    var recorded = Struct.newBuilder();
    JsonFormat.parser().merge(Files.readString(file), recorded);
    List<String> stricter = Files.readAllLines(FOLDER.resolve(name + ".stricter.txt"));
    return observed.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      if (stricter.contains(entry.getKey())) {
                        assertThat(entry.getValue()).matches(refused, "is refused");
                      } else {
                        assertThat(entry.getValue())
                            .isEqualTo(recorded.getFieldsOrThrow(entry.getKey()).getStringValue());
                      }
                    }));
  }
}
