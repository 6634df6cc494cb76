package io.weir.controlplane.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.config.DocumentReader.Documents;
import io.weir.xds.Problem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DocumentReaderTest {

  private static final String HEAD =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: v}
      spec:
      """;

  private static Documents read(String text) {
    return new DocumentReader(List.of()).read(text, "f.yaml");
  }

  private static Documents spec(String spec) {
    return read(HEAD + spec.indent(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          hots: [a]                         | f.yaml:5:3: spec.hots: unknown field (did you mean hosts?)
          hosts: a                          | f.yaml:5:10: spec.hosts: must be a list, not the string "a"
          hosts: [80]                       | f.yaml:5:11: spec.hosts[0]: must be a string, not the number 80 (put it into quotes)
          http: [{timeout: 5}]              | f.yaml:5:20: spec.http[0].timeout: must be a duration such as "1.5s", not the number 5
          http: [{route: [{weight: x}]}]    | f.yaml:5:28: spec.http[0].route[0].weight: must be a whole number, not the string "x"
          http: [{redirect: {derivePort: FROM_REQUEST}}] | f.yaml:5:34: spec.http[0].redirect.derivePort: must be one of FROM_PROTOCOL_DEFAULT, FROM_REQUEST_PORT, not the string "FROM_REQUEST" (did you mean FROM_REQUEST_PORT?)
          http: [{match: [{ignoreUriCase: "yes"}]}] | f.yaml:5:35: spec.http[0].match[0].ignoreUriCase: must be true or false, not the string "yes"
          """)
  void tellsWhereAndWhy(String spec, String problem) {
    Documents read = spec(spec);

    assertThat(read.problems()).extracting(Problem::toString).containsExactly(problem);
    assertThat(read.configs()).isEmpty();
    assertThat(read.broken().keySet())
        .containsExactly(new ConfigKey(Kind.VIRTUAL_SERVICE, "default", "v"));
  }

  @Test
  void findsAllProblemsOfADocument() {
    assertThat(spec("hots: [a]\nhttp: [{tmeout: 1s}, {timeout: x}]").problems()).hasSize(3);
  }

  @Test
  void readsBothSpellings() {
    Documents read =
        spec("hosts: [a]\nexport_to: [\".\"]\nhttp: [{cors_policy: {max_age: 1h30m}}]");

    VirtualService spec = (VirtualService) read.configs().getFirst().spec();
    assertThat(read.problems()).isEmpty();
    assertThat(spec.exportTo()).containsExactly(".");
    assertThat(spec.http().getFirst().corsPolicy()).isNotNull();
    assertThat(spec.http().getFirst().corsPolicy().maxAge()).isEqualTo(Duration.ofMinutes(90));
  }

  @Test
  void refusesAFieldInBothSpellings() {
    assertThat(spec("exportTo: [a]\nexport_to: [b]").problems())
        .extracting(Problem::reason)
        .containsExactly("the field stands here twice, in two spellings");
  }

  @Test
  void oneBadDocumentLeavesTheOthers() {
    Documents read =
        read(HEAD + "  hots: []\n---\n" + HEAD.replace("name: v", "name: w") + "  hosts: [a]\n");

    assertThat(read.configs()).extracting(Config::name).containsExactly("w");
    assertThat(read.broken().keySet()).extracting(ConfigKey::name).containsExactly("v");
    assertThat(read.unreadable()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"v1alpha3", "v1beta1", "v1"})
  void readsEveryVersion(String version) {
    assertThat(read(HEAD.replace("/v1\n", "/" + version + "\n") + "  hosts: [a]\n").configs())
        .hasSize(1);
  }

  @Test
  void namesTheVersionsOfAKind() {
    assertThat(read(HEAD.replace("/v1\n", "/v2\n")).problems())
        .extracting(Problem::toString)
        .containsExactly(
            "f.yaml:1:1: apiVersion: VirtualService has no version v2 (it exists as v1alpha3,"
                + " v1beta1, v1)");
  }

  @Test
  void warnsAboutKindsOfOthers() {
    Documents read = read("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n");

    assertThat(read.problems()).singleElement().extracting(Problem::warning).isEqualTo(true);
    assertThat(read.unreadable()).isFalse();
  }

  @Test
  void readsAList() {
    Documents read =
        read(
            """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: a}}
            - {apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: b}}
            """);

    assertThat(read.configs()).extracting(Config::name).containsExactly("a", "b");
  }
}
