package io.weir.controlplane.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.config.MeshConfig;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceScalar;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of analysis.yaml: documents, and which codes are found in which lines. */
final class AnalysisTest {

  @TempDir private Path folder;

  static Stream<Arguments> cases() throws IOException {
    List<Arguments> cases = new ArrayList<>();
    try (InputStream in = AnalysisTest.class.getResourceAsStream("analysis.yaml")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      SourceMap file =
          (SourceMap) YamlReader.readAll(text, "analysis.yaml", new ProblemList()).getFirst();
      for (SourceMap.Entry entry : file.entries()) {
        SourceMap one = (SourceMap) entry.value();
        SourceList finds = (SourceList) Objects.requireNonNull(one.get("finds"));
        List<String> codes =
            finds.items().stream().map(item -> ((SourceScalar) item).text()).toList();
        cases.add(Arguments.of(entry.key(), one.text("documents"), codes));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void finds(String name, String documents, List<String> codes) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), documents);

    assertThat(Analysis.run(List.of(file), MeshConfig.DEFAULT))
        .as(name)
        .extracting(finding -> finding.code() + " " + finding.line())
        .containsExactlyInAnyOrderElementsOf(codes);
  }
}
