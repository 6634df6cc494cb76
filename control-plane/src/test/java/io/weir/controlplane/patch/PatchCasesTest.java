package io.weir.controlplane.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weir.controlplane.patch.PatchCommand.Request;
import io.weir.controlplane.patch.PatchCommand.Result;
import io.weir.controlplane.patch.PatchCommand.TextFile;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.JsonText;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import io.weir.xds.codec.YamlReader;
import io.weir.xds.codec.YamlText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the case files of {@code patch/}. A case has a world of resources, EnvoyFilters (whole
 * documents, or just {@code patches}), and what must come out: the outline of the resources, the
 * lines of it that must be there, values at paths, what the report says, problem codes.
 */
class PatchCasesTest {

  private static final List<String> FILES =
      List.of("http-filters", "listeners", "routes", "clusters", "selection", "legacy", "profiles");

  private static final String NODE =
      """
      {"id": "sidecar~10.1.0.5~cart-1.shop~shop.svc.cluster.local",
       "metadata": {"NAMESPACE": "shop", "ISTIO_VERSION": "1.30.0", "TIER": "gold", "LEVEL": 3,
                    "LABELS": {"app": "cart", "version": "v1"}}}
      """;

  @TestFactory
  Stream<DynamicTest> cases() {
    return FILES.stream()
        .flatMap(
            file ->
                ((SourceList) yaml("patch/" + file + ".yaml"))
                    .items().stream()
                        .map(SourceMap.class::cast)
                        .map(c -> dynamicTest(file + ": " + c.text("case"), () -> check(c))));
  }

  private static void check(SourceMap test) {
    Result result = run(test);
    SourceMap resources = (SourceMap) parse(result.resources());
    String outline = Outline.of(resources);
    if (test.has("outline")) {
      assertThat(outline).isEqualTo(Objects.requireNonNull(test.text("outline")).strip());
    }
    for (SourceNode line : list(test, "lines")) {
      assertThat(outline.lines().map(String::strip)).contains(text(line));
    }
    for (SourceNode line : list(test, "absent")) {
      assertThat(outline.lines().map(String::strip)).doesNotContain(text(line));
    }
    if (test.get("values") instanceof SourceMap values) {
      for (SourceMap.Entry entry : values.entries()) {
        assertThat(JsonText.compact(at(resources, entry.key())))
            .as(entry.key())
            .isEqualTo(JsonText.compact(entry.value()));
      }
    }
    for (SourceNode words : list(test, "report")) {
      assertThat(result.explanation()).contains(text(words));
    }
    List<String> problems = result.problems().stream().map(Problem::toString).toList();
    for (SourceNode words : list(test, "problems")) {
      assertThat(problems).anySatisfy(problem -> assertThat(problem).contains(text(words)));
    }
    if (!test.has("problems")) {
      assertThat(problems).isEmpty();
    }
  }

  private static Result run(SourceMap test) {
    String world = test.text("world");
    String context = test.text("context");
    return PatchCommand.run(
        new Request(
            new TextFile(world + ".yaml", resource("patch/worlds/" + world + ".yaml")),
            PatchContext.valueOf(
                context != null
                    ? context
                    : switch (String.valueOf(world)) {
                      case "inbound" -> "SIDECAR_INBOUND";
                      case "outbound" -> "SIDECAR_OUTBOUND";
                      default -> "GATEWAY";
                    }),
            new TextFile("node.json", NODE),
            List.of(new TextFile("case.yaml", documents(test))),
            PatchCommand.ROOT_NAMESPACE,
            "istio".equals(test.text("profile")) ? Profile.ISTIO : Profile.WEIR));
  }

  /** A case gives whole documents, or the patches of one. */
  private static String documents(SourceMap test) {
    StringBuilder documents = new StringBuilder();
    for (SourceNode document : list(test, "filters")) {
      documents.append("---\n").append(YamlText.of(document(document)));
    }
    if (test.get("patches") instanceof SourceList patches) {
      documents.append(YamlText.of(document(SourceMap.empty().with("patches", patches))));
    }
    return documents.toString();
  }

  private static SourceMap document(SourceNode node) {
    SourceMap given = (SourceMap) node;
    String name = given.text("name");
    String namespace = given.text("namespace");
    SourceMap metadata =
        SourceMap.empty()
            .with("name", SourceScalar.ofString(name == null ? "test" : name))
            .with("namespace", SourceScalar.ofString(namespace == null ? "shop" : namespace));
    for (String key : List.of("annotations", "creationTimestamp")) {
      SourceNode value = given.get(key);
      metadata = value == null ? metadata : metadata.with(key, value);
    }
    SourceMap spec = given;
    for (String key : List.of("name", "namespace", "annotations", "creationTimestamp")) {
      spec = spec.without(key);
    }
    SourceNode patches = spec.get("patches");
    spec = patches == null ? spec : spec.without("patches").with("configPatches", patches);
    return SourceMap.empty()
        .with("apiVersion", SourceScalar.ofString("networking.istio.io/v1alpha3"))
        .with("kind", SourceScalar.ofString("EnvoyFilter"))
        .with("metadata", metadata)
        .with("spec", spec);
  }

  /** The value at a path such as {@code clusters/name/field/0}; null when there is none. */
  private static SourceNode at(SourceNode node, String path) {
    SourceNode current = node;
    for (String step : path.split("/")) {
      SourceNode next = null;
      if (current instanceof SourceMap map) {
        next = map.get(step);
      } else if (current instanceof SourceList list) {
        next = step(list, step);
      }
      if (next == null) {
        return new SourceScalar("null", SourceScalar.Kind.NULL, 0, 0);
      }
      current = next;
    }
    return current;
  }

  private static SourceNode step(SourceList list, String step) {
    if (step.matches("\\d+") && Integer.parseInt(step) < list.items().size()) {
      return list.items().get(Integer.parseInt(step));
    }
    for (SourceNode item : list.items()) {
      if (item instanceof SourceMap map && step.equals(map.text("name"))) {
        return item;
      }
    }
    return null;
  }

  private static List<SourceNode> list(SourceMap map, String key) {
    return map.get(key) instanceof SourceList list ? list.items() : new ArrayList<>();
  }

  private static String text(SourceNode node) {
    return ((SourceScalar) node).text();
  }

  private static SourceNode yaml(String name) {
    return parse(resource(name));
  }

  private static SourceNode parse(String text) {
    ProblemList problems = new ProblemList();
    SourceNode node = YamlReader.read(text, "test", problems);
    assertThat(problems.all()).isEmpty();
    return node;
  }

  private static String resource(String name) {
    try (InputStream in = PatchCasesTest.class.getClassLoader().getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
