package io.weir.controlplane.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.weir.controlplane.OfflineGenerator;
import io.weir.controlplane.config.MeshConfig;
import io.weir.xds.ProblemList;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder beside this class is a case: {@code config/} in, {@code expected.yaml} out, for
 * {@code node.yaml}; {@code mesh.yaml} if there is one. {@code -Dgolden=write} writes what is
 * generated now; read the difference before you commit it. Where {@code config/} has a file {@code
 * services.yaml}, only what the other files change is expected.
 */
final class GoldenTest {

  @TempDir private Path services;

  static Stream<Path> cases() throws IOException, URISyntaxException {
    Path root = Path.of(Objects.requireNonNull(GoldenTest.class.getResource("golden")).toURI());
    return Files.list(root).sorted();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void generatesWhatWasReviewed(Path folder) throws Exception {
    ProblemList problems = new ProblemList();
    String nodeText = Files.readString(folder.resolve("node.yaml"));
    Node node =
        ProtoReader.read(
            YamlReader.readAll(nodeText, "node.yaml", problems).getFirst(),
            Node.getDefaultInstance(),
            problems);
    Path meshFile = folder.resolve("mesh.yaml");
    MeshConfig mesh =
        Files.exists(meshFile)
            ? MeshConfig.read(Files.readString(meshFile), "mesh.yaml", problems)
            : MeshConfig.DEFAULT;
    assertThat(problems.all()).isEmpty();
    assertThat(node).isNotNull();
    assertThat(mesh).isNotNull();

    OfflineGenerator.Result result =
        OfflineGenerator.generate(folder.resolve("config"), node, mesh, false);

    ProxyResources resources = result.resources();
    if (Files.exists(folder.resolve("config/services.yaml"))) {
      Files.copy(folder.resolve("config/services.yaml"), services.resolve("services.yaml"));
      resources =
          changed(resources, OfflineGenerator.generate(services, node, mesh, false).resources());
    }

    StringBuilder text = new StringBuilder(ResourceText.yaml(resources));
    text.append(result.resources().reports().isEmpty() ? "reports: []\n" : "reports:\n");
    result
        .resources()
        .reports()
        .forEach(
            p ->
                text.append("- \"")
                    .append(p.path())
                    .append(": ")
                    .append(p.reason())
                    .append("\"\n"));
    Path expected = folder.resolve("expected.yaml");
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(sourceOf(expected), text);
      return;
    }
    assertThat(text.toString()).isEqualTo(Files.readString(expected));
  }

  private static ProxyResources changed(ProxyResources resources, ProxyResources before) {
    Map<ResourceType, SortedMap<String, Resource>> changed = new EnumMap<>(ResourceType.class);
    resources
        .byType()
        .forEach(
            (type, byName) -> {
              SortedMap<String, Resource> kept = new TreeMap<>(byName);
              kept.values().removeIf(r -> r.equals(before.of(type).get(r.name())));
              changed.put(type, kept);
            });
    return new ProxyResources(resources.revision(), changed, resources.reports());
  }

  /** The file in the source tree from which a resource was copied. */
  private static Path sourceOf(Path copied) {
    return Path.of("src/test/resources/io/weir/controlplane/generate/golden")
        .resolve(copied.getParent().getFileName())
        .resolve(copied.getFileName());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void generatesTheSameTwice(Path folder) throws Exception {
    String first = generate(folder);
    assertThat(generate(folder)).isEqualTo(first);
  }

  private static String generate(Path folder) throws Exception {
    ProblemList problems = new ProblemList();
    Node node =
        ProtoReader.read(
            YamlReader.readAll(Files.readString(folder.resolve("node.yaml")), "", problems)
                .getFirst(),
            Node.getDefaultInstance(),
            problems);
    return ResourceText.table(
        OfflineGenerator.generate(
                folder.resolve("config"), Objects.requireNonNull(node), MeshConfig.DEFAULT, false)
            .resources());
  }
}
