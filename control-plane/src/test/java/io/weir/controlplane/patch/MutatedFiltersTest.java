package io.weir.controlplane.patch;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.weir.controlplane.migrate.Migration;
import io.weir.controlplane.patch.PatchCommand.Request;
import io.weir.controlplane.patch.PatchCommand.TextFile;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import io.weir.xds.codec.YamlText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever an EnvoyFilter holds, applying it ends in resources and problems, never an exception.
 */
class MutatedFiltersTest {

  private static final List<String> WORDS =
      List.of(
          "MERGE",
          "ADD",
          "REMOVE",
          "REPLACE",
          "INSERT_BEFORE",
          "INSERT_FIRST",
          "MERGE_AND_REPLACE_LIST",
          "LISTENER",
          "HTTP_FILTER",
          "HTTP_ROUTE",
          "CLUSTER",
          "FILTER_CHAIN",
          "VIRTUAL_HOST",
          "NETWORK_FILTER",
          "null",
          "{}",
          "[]",
          "config",
          "name",
          "typed_config",
          "filters",
          "hosts",
          "0",
          "-1",
          "x",
          "envoy.lua",
          "tls_context");

  @Test
  void neverThrows() {
    Random random = new Random(5);
    List<SourceMap> cases = cases();
    String annotated = "metadata: {name: x, annotations: {weir.io/merge: json}}";
    for (int round = 0; round < 1500; round++) {
      SourceMap test = cases.get(random.nextInt(cases.size()));
      String world = Objects.requireNonNull(test.text("world"));
      String text =
          (random.nextInt(3) == 0 ? annotated : "metadata: {name: x}")
              + "\nkind: EnvoyFilter\nspec:\n  configPatches:\n"
              + YamlText.of(Objects.requireNonNull(test.get("patches"))).indent(2);
      for (int i = random.nextInt(3); i >= 0; i--) {
        text = mutate(text, random);
      }
      String mutated = text;
      Profile profile = random.nextBoolean() ? Profile.WEIR : Profile.ISTIO;
      assertThatCode(() -> run(world, mutated, profile)).as(mutated).doesNotThrowAnyException();
    }
  }

  private static void run(String world, String filters, Profile profile) {
    PatchContext context =
        switch (world) {
          case "inbound" -> PatchContext.SIDECAR_INBOUND;
          case "outbound" -> PatchContext.SIDECAR_OUTBOUND;
          default -> PatchContext.GATEWAY;
        };
    PatchCommand.run(
        new Request(
            new TextFile("dump", resource("patch/worlds/" + world + ".yaml")),
            context,
            null,
            List.of(new TextFile("filters", filters)),
            PatchCommand.ROOT_NAMESPACE,
            profile));
    Migration.run(filters, "filters", true);
  }

  /** Replaces a word by another, or drops or doubles a line. */
  private static String mutate(String text, Random random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    int at = 3 + random.nextInt(Math.max(1, lines.size() - 3));
    String line = lines.get(Math.min(at, lines.size() - 1));
    switch (random.nextInt(3)) {
      case 0 -> lines.remove(line);
      case 1 -> lines.add(at, line);
      default -> {
        int colon = line.indexOf(':');
        String word = WORDS.get(random.nextInt(WORDS.size()));
        String changed =
            colon < 0 || random.nextInt(4) == 0
                ? line.replaceFirst("[a-zA-Z_]+", word)
                : line.substring(0, colon + 1) + " " + word;
        lines.set(lines.indexOf(line), changed);
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static List<SourceMap> cases() {
    List<SourceMap> cases = new ArrayList<>();
    for (String file : List.of("http-filters", "listeners", "routes", "clusters", "legacy")) {
      SourceNode root =
          YamlReader.read(resource("patch/" + file + ".yaml"), file, new ProblemList());
      for (SourceNode test : ((SourceList) Objects.requireNonNull(root)).items()) {
        if (((SourceMap) test).has("patches")) {
          cases.add((SourceMap) test);
        }
      }
    }
    return cases;
  }

  private static String resource(String name) {
    try (InputStream in = MutatedFiltersTest.class.getClassLoader().getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
