package io.weir.controlplane.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.config.DocumentReader;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of validation.yaml: a spec, and what is said about it. */
final class ConfigValidationTest {

  private static final DocumentReader READER = new DocumentReader(List.of(new ConfigValidation()));

  static Stream<Arguments> cases() throws IOException {
    List<Arguments> cases = new ArrayList<>();
    try (InputStream in = ConfigValidationTest.class.getResourceAsStream("validation.yaml")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      SourceMap file =
          (SourceMap) YamlReader.readAll(text, "validation.yaml", new ProblemList()).getFirst();
      for (SourceMap.Entry kind : file.entries()) {
        for (var item : ((SourceList) kind.value()).items()) {
          SourceMap one = (SourceMap) item;
          List<String> says =
              ((SourceList) Objects.requireNonNull(one.get("says")))
                  .items().stream().map(said -> ((SourceScalar) said).text()).toList();
          cases.add(
              Arguments.of(kind.key(), YamlText.of(Objects.requireNonNull(one.get("spec"))), says));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void says(String kind, String spec, List<String> says) {
    String document =
        "apiVersion: "
            + kind.substring(0, kind.indexOf(' '))
            + "\nkind: "
            + kind.substring(kind.indexOf(' ') + 1)
            + "\nmetadata: {name: x, namespace: n}\nspec:\n"
            + spec.indent(2);

    DocumentReader.Documents read = READER.read(document, "f");

    assertThat(read.problems())
        .extracting(p -> (p.warning() ? "warning: " : "") + p.path() + ": " + p.reason())
        .containsExactlyInAnyOrderElementsOf(says);
    assertThat(read.configs().isEmpty())
        .isEqualTo(read.problems().stream().anyMatch(p -> !p.warning()));
    assertThat(read.problems()).extracting(Problem::line).allMatch(line -> line >= 1);
  }
}
