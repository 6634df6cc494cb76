package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Weir answers as a stock Envoy did: the same file, the same requests, the same observations. With
 * {@code -Drecord.envoy=BINARY} a stock Envoy is asked again and its answers are written down.
 */
class CasesTest {
  private static final Path CASES = Path.of("src/test/resources/cases");

  @TempDir private Path work;

  @TestFactory
  Stream<DynamicContainer> answersAsEnvoy() throws Exception {
    try (var files = Files.list(CASES)) {
      List<Path> cases = files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
      assertThat(cases).isNotEmpty();
      return cases.stream().map(this::container).toList().stream();
    }
  }

  private void record(CaseFile file, Path envoy) throws Exception {
    var observed =
        CaseRun.observe(
            file,
            work,
            CaseRun.plugins(),
            (bootstrap, admin) -> RunningProxy.envoy(envoy, bootstrap, admin));
    var json = Struct.newBuilder();
    observed.forEach(
        (name, text) -> json.putFields(name, Value.newBuilder().setStringValue(text).build()));
    Files.writeString(file.recorded(), JsonFormat.printer().print(json) + "\n");
  }

  private DynamicContainer container(Path path) {
    try {
      CaseFile file = CaseFile.read(path);
      String envoy = System.getProperty("record.envoy");
      if (envoy != null) {
        record(file, Path.of(envoy));
      }
      var recorded = Struct.newBuilder();
      JsonFormat.parser().merge(Files.readString(file.recorded()), recorded);
      Path folder = Files.createDirectories(work.resolve(path.getFileName().toString()));
      var observed =
          CaseRun.observe(
              file,
              folder,
              CaseRun.plugins(),
              (bootstrap, admin) -> RunningProxy.weir(bootstrap, CaseRun.plugins(), admin));
      return DynamicContainer.dynamicContainer(
          path.getFileName().toString(),
          observed.entrySet().stream()
              .map(
                  entry ->
                      DynamicTest.dynamicTest(
                          entry.getKey(),
                          () ->
                              assertThat(entry.getValue())
                                  .isEqualTo(
                                      recorded
                                          .getFieldsOrThrow(entry.getKey())
                                          .getStringValue()))));
    } catch (Exception e) {
      throw new AssertionError(path + ": " + e.getMessage(), e);
    }
  }
}
