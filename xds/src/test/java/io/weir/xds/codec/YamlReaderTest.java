package io.weir.xds.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.xds.ProblemList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {

  private final ProblemList problems = new ProblemList();

  @Test
  void remembersWhereThingsStand() {
    SourceMap map = (SourceMap) read("a: 1\nb:\n  - x\n  -   y\n");

    SourceMap.Entry b = Objects.requireNonNull(map.entry("b"));
    assertThat(b.line()).isEqualTo(2);
    SourceNode y = ((SourceList) b.value()).items().get(1);
    assertThat(List.of(y.line(), y.column())).containsExactly(4, 7);
  }

  @ParameterizedTest
  @CsvSource({
    "1, INTEGER", "-7, INTEGER", "0x1F, INTEGER", "0o17, INTEGER", "1.5, FLOAT", "1e3, FLOAT",
    ".inf, FLOAT", "true, BOOLEAN", "FALSE, BOOLEAN", "null, NULL", "~, NULL", "yes, STRING",
    "1s, STRING", "1.2.3, STRING", "-, STRING", "0x, STRING", "12:30, STRING", "on, STRING"
  })
  void resolvesPlainScalarsByTheCoreSchema(String text, SourceScalar.Kind kind) {
    assertThat(CoreSchema.kindOf(text)).isEqualTo(kind);
  }

  @Test
  void quotedScalarsAreStrings() {
    SourceMap map = (SourceMap) read("a: \"1\"\nb: '~'\nc: !!str 5\nd: |\n  1\n");

    assertThat(map.entries())
        .allSatisfy(entry -> assertThat(((SourceScalar) entry.value()).isString()).isTrue());
  }

  @Test
  void duplicateKeysAreProblems() {
    assertThat(YamlReader.read("a: 1\nb: 2\na: 3\n", "f.yaml", problems)).isNull();
    assertThat(problems.all())
        .extracting(Object::toString)
        .containsExactly("f.yaml:3:1: a: the key a stands here twice (first on line 1)");
  }

  @Test
  void aBrokenDocumentLeavesTheOthers() {
    List<SourceNode> documents =
        YamlReader.readAll("a: 1\n---\nb: [1\nc: }\n---\nd: 4\n", "f.yaml", problems);

    assertThat(documents).hasSize(2);
    assertThat(documents.get(1).line()).isEqualTo(6);
    assertThat(problems.all()).hasSize(1);
    assertThat(problems.all().getFirst().line()).isBetween(3, 5);
  }

  @Test
  void documentSeparatorsInsideTextsDoNotSeparate() {
    List<SourceNode> documents =
        YamlReader.readAll("a: |\n  x\n  ---\n  y\n---\nb: '---'\n", "f", problems);

    assertThat(documents).hasSize(2);
    assertThat(((SourceMap) documents.getFirst()).text("a")).isEqualTo("x\n---\ny\n");
  }

  @Test
  void emptyDocumentsDoNotCount() {
    assertThat(YamlReader.readAll("---\n# only a comment\n---\n---\na: 1\n", "f", problems))
        .hasSize(1);
    assertThat(YamlReader.readAll("", "f", problems)).isEmpty();
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void anchorsAndMergeKeys() {
    SourceMap map = (SourceMap) read("base: &b {x: 1, y: 2}\nitem:\n  <<: *b\n  y: 3\nagain: *b\n");

    SourceMap item = (SourceMap) Objects.requireNonNull(map.get("item"));
    assertThat(item.text("x")).isEqualTo("1");
    assertThat(item.text("y")).isEqualTo("3");
    assertThat(map.get("again")).isEqualTo(map.get("base"));
  }

  @Test
  void anAvalancheOfAliasesIsRefused() {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      String alias = "*a" + (i - 1);
      text.append("a" + i + ": &a" + i + " [" + (alias + ", ").repeat(9) + alias + "]\n");
    }
    assertThat(YamlReader.read(text.toString(), "f", problems)).isNull();
    assertThat(problems.toString()).contains("values");
  }

  @Test
  void anAnchorInsideItselfIsRefused() {
    assertThat(YamlReader.read("a: &a [*a]", "f", problems)).isNull();
    assertThat(problems.toString()).contains("*a refers to no anchor before it");
  }

  @Test
  void deepNestingIsRefused() {
    assertThat(YamlReader.read("[".repeat(5000), "f", problems)).isNull();
    assertThat(problems.all()).hasSize(1);
  }

  @Test
  void jsonKeepsPositionsAndTabs() {
    SourceMap map = (SourceMap) read("{\n\t\"a\": [1, 2.5e1, true, null, \"x\\u00e9\\n\"]\n}");

    SourceList list = (SourceList) Objects.requireNonNull(map.get("a"));
    assertThat(list.items())
        .extracting(item -> ((SourceScalar) item).text())
        .containsExactly("1", "2.5e1", "true", "null", "x\u00e9\n");
    assertThat(list.line()).isEqualTo(2);
    assertThat(list.column()).isEqualTo(7);
  }

  @Test
  void brokenJsonIsToldAsJson() {
    assertThat(YamlReader.read("{\"a\": 1,\n \"b\": ]}", "f", problems)).isNull();
    assertThat(problems.toString()).isEqualTo("f:2:7: not JSON: a value must stand here\n");
  }

  @Test
  void flowYamlThatIsNoJsonIsRead() {
    assertThat(((SourceMap) read("{a: 1, \"b\": x}")).text("b")).isEqualTo("x");
    assertThat(((SourceMap) read("{\"a\": x, b: 1}")).text("a")).isEqualTo("x");
  }

  private SourceNode read(String text) {
    SourceNode node = YamlReader.read(text, "f", problems);
    assertThat(problems.all()).isEmpty();
    return Objects.requireNonNull(node);
  }
}
