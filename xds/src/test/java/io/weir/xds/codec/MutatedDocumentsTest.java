package io.weir.xds.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.Message;
import io.weir.xds.ProblemList;
import io.weir.xds.validate.PgvValidator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a document holds, reading ends in a message or in problems, never in an exception. */
class MutatedDocumentsTest {

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ":",
          ": ",
          "\n",
          "- ",
          "\"",
          "'",
          "@type",
          "null",
          "~",
          "*a",
          "&a ",
          "!!x ",
          "!!int ",
          "1e999999999",
          "-1",
          "0x",
          ".nan",
          "99999999999999999999",
          "\t",
          "#",
          "|\n",
          "<<: ",
          "\u0000",
          "\ud800",
          "é",
          "---\n",
          "...",
          "%YAML 1.3\n",
          "? ",
          "1s",
          "type.googleapis.com/",
          "google.protobuf.Any",
          "google.protobuf.Duration",
          "envoy.config.cluster.v3.Cluster",
          "true");

  @Test
  void neverThrows() throws IOException {
    List<String[]> documents = documents();
    Random random = new Random(11);
    int messages = 0;
    for (int round = 0; round < 6000; round++) {
      String[] document = documents.get(random.nextInt(documents.size()));
      String text = document[1];
      for (int i = random.nextInt(4); i >= 0; i--) {
        text = mutate(text, random);
      }
      String mutated = text;
      boolean[] read = new boolean[1];
      assertThatCode(() -> read[0] = read(document[0], mutated))
          .as(document[0] + ": " + mutated)
          .doesNotThrowAnyException();
      messages += read[0] ? 1 : 0;
    }
    assertThat(messages).as("documents that still are messages").isBetween(300, 5900);
  }

  private static boolean read(String type, String text) {
    ProblemList problems = new ProblemList();
    Message prototype = Objects.requireNonNull(MessageTypes.prototype(type));
    boolean any = false;
    for (SourceNode node : YamlReader.readAll(text, "f", problems)) {
      YamlText.of(node);
      JsonText.pretty(node);
      Message message =
          ProtoReader.read(node, prototype, problems, ProtoReader.UnknownFields.KEEP_TYPES);
      if (message == null) {
        assertThat(problems.isEmpty()).isFalse();
        continue;
      }
      any = true;
      PgvValidator.validate(message, problems.locatedBy(SourcePositions.in(node)));
      ProblemList again = new ProblemList();
      SourceNode printed = YamlReader.read(ProtoWriter.toYaml(message), "printed", again);
      assertThat(again.toString()).isEmpty();
      Message reread =
          ProtoReader.read(
              Objects.requireNonNull(printed),
              prototype,
              again,
              ProtoReader.UnknownFields.KEEP_TYPES);
      assertThat(again.errors()).isEmpty();
      assertThat(reread).isEqualTo(message);
    }
    return any;
  }

  private static String mutate(String text, Random random) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + random.nextInt(6));
    return switch (random.nextInt(4)) {
      case 0 -> text.substring(0, at) + text.substring(end);
      case 1 ->
          text.substring(0, at) + PIECES.get(random.nextInt(PIECES.size())) + text.substring(at);
      case 2 ->
          text.substring(0, at) + PIECES.get(random.nextInt(PIECES.size())) + text.substring(end);
      default -> {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(20));
        yield text.substring(0, at) + text.substring(from, to) + text.substring(at);
      }
    };
  }

  private static List<String[]> documents() throws IOException {
    try (InputStream in =
        MutatedDocumentsTest.class.getClassLoader().getResourceAsStream("codec/cases.yaml")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      List<String[]> documents = new ArrayList<>();
      for (SourceNode test :
          ((SourceList) Objects.requireNonNull(YamlReader.read(text, "cases", new ProblemList())))
              .items()) {
        SourceMap map = (SourceMap) test;
        documents.add(new String[] {map.text("type"), map.text("yaml")});
      }
      return documents;
    }
  }
}
