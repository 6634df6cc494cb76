package io.weir.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.weir.controlplane.analyze.Analysis;
import io.weir.controlplane.config.MeshConfig;
import io.weir.xds.Problem;
import io.weir.xds.ResourceType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in a file beside a good one: it is told, and the good one is served. */
@Timeout(60)
final class BadInputTest {
  private static final String GOOD =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: good, namespace: shop}
      spec:
        hosts: [good.com]
        ports: [{number: 80, name: http, protocol: HTTP}]
        location: MESH_EXTERNAL
        resolution: STATIC
        endpoints: [{address: 10.0.0.1}]
      """;

  private static final Node NODE =
      Node.newBuilder().setId("sidecar~10.0.0.9~app.shop~shop.svc.cluster.local").build();

  @TempDir private Path folder;

  static Stream<Arguments> inputs() {
    return Stream.of(
        Arguments.of("bytes that are no text", "\u0000\u0001\u0002", "special characters"),
        Arguments.of("aliases that multiply", laughs(), "more than 4000000 values"),
        Arguments.of("an alias of itself", "a: &a {b: *a}", "refers to no anchor"),
        Arguments.of("deep lists", "[".repeat(100_000), "nested deeper than 200 levels"),
        Arguments.of("deep maps", deepMaps(), "nested deeper than 200 levels"),
        Arguments.of("one line of eight megabytes", "a: '" + "x".repeat(8 << 20) + "'", "kind"),
        Arguments.of("a name of a megabyte", resource("x".repeat(1 << 20), "{}"), "metadata.name"),
        Arguments.of("no resource", "[1, 2, 3]", "must be a map"),
        Arguments.of(
            "a hundred thousand hosts and no port",
            resource("large", "{hosts: [" + hosts(100_000) + "], ports: [{number: 0}]}"),
            "spec.ports[0].number"),
        Arguments.of(
            "delegates in a circle",
            delegate("root", "hosts: [good.com], ", "one")
                + delegate("one", "", "two")
                + delegate("two", "", "one"),
            "a delegate cannot delegate"),
        Arguments.of(
            "a patch of another type",
            patch("CLUSTER", "{connect_timeout: [1, 2]}"),
            "a duration such as"),
        Arguments.of("a patch that is a number", patch("LISTENER", "3"), "must be a map"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputs")
  void isToldAndTheRestIsServed(String what, String text, String finding) throws Exception {
    Files.writeString(folder.resolve("bad.yaml"), text);
    assertThat(problems(folder)).as(what).contains("bad.yaml").contains(finding);
  }

  @ParameterizedTest
  @MethodSource("refusedByProxies")
  void aPatchThatAProxyWouldRefuseIsLeftOutAlone(String applyTo, String value) throws Exception {
    Files.writeString(folder.resolve("bad.yaml"), patch(applyTo, value));
    assertThat(problems(folder)).contains("shop/wrong");
  }

  static Stream<Arguments> refusedByProxies() {
    return Stream.of(
        Arguments.of("CLUSTER", "{connect_timeout: 0s}"),
        Arguments.of("LISTENER", "{address: {socket_address: {port_value: 70000}}}"));
  }

  @Test
  void theOldestOfConflictingRulesIsServed() throws Exception {
    Path file = folder.resolve("bad.yaml");
    Files.writeString(file, rule("b-newer", "2026", "newer") + rule("z-older", "2025", "older"));
    problems(folder);

    String routes =
        OfflineGenerator.generate(folder, NODE, MeshConfig.DEFAULT, false)
            .resources()
            .of(ResourceType.ROUTE)
            .toString();
    assertThat(routes).contains("older").doesNotContain("newer");
    assertThat(Analysis.run(List.of(folder), MeshConfig.DEFAULT))
        .extracting(Problem::code)
        .contains("IST0109");
  }

  private static String rule(String name, String year, String answer) {
    return """
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: %s, namespace: shop, creationTimestamp: "%s-01-01T00:00:00Z"}
        spec: {hosts: [good.com], http: [{directResponse: {status: 200, body: {string: %s}}}]}
        """
        .formatted(name, year, answer);
  }

  /** What was told of the folder, after it was seen that the good resource is served. */
  private static String problems(Path folder) throws Exception {
    Files.writeString(folder.resolve("good.yaml"), GOOD);
    OfflineGenerator.Result result =
        OfflineGenerator.generate(folder, NODE, MeshConfig.DEFAULT, false);
    assertThat(result.resources().of(ResourceType.CLUSTER)).containsKey("outbound|80||good.com");
    assertThat(result.resources().of(ResourceType.ROUTE)).containsKey("80");
    return result.problems().toString();
  }

  private static String laughs() {
    StringBuilder text = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (char c = 'b'; c < 'j'; c++) {
      text.append(c).append(": &").append(c).append(" [");
      text.append(("*" + (char) (c - 1) + ", ").repeat(9)).append("]\n");
    }
    return text.toString();
  }

  private static String deepMaps() {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, 1000).forEach(i -> text.append(" ".repeat(i)).append("a:\n"));
    return text.toString();
  }

  private static String hosts(int count) {
    StringBuilder hosts = new StringBuilder();
    IntStream.range(0, count).forEach(i -> hosts.append("h").append(i).append(".com, "));
    return hosts.toString();
  }

  private static String resource(String name, String spec) {
    return """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: %s, namespace: shop}
        spec: %s
        """
        .formatted(name, spec);
  }

  private static String delegate(String name, String hosts, String to) {
    return """
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: %s, namespace: shop}
        spec: {%shttp: [{match: [{uri: {prefix: /a}}], delegate: {name: %s, namespace: shop}}]}
        """
        .formatted(name, hosts, to);
  }

  private static String patch(String applyTo, String value) {
    return """
        apiVersion: networking.istio.io/v1alpha3
        kind: EnvoyFilter
        metadata: {name: wrong, namespace: shop}
        spec:
          configPatches:
          - {applyTo: %s, match: {context: SIDECAR_OUTBOUND}, patch: {operation: MERGE, value: %s}}
        """
        .formatted(applyTo, value);
  }
}
