package io.weir.xds.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.validate.PgvValidator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs codec/cases.yaml: a message type, a document, and either the problems that must be found or
 * nothing, and then protobuf's own JSON parser must read the same message and the message must
 * survive printing as JSON and YAML.
 */
class ProtoReaderTest {

  @TestFactory
  Stream<DynamicTest> cases() {
    SourceList cases =
        (SourceList) Objects.requireNonNull(YamlReader.read(text(), "cases", new ProblemList()));
    return cases.items().stream()
        .map(SourceMap.class::cast)
        .map(c -> dynamicTest(c.text("case"), () -> check(c)));
  }

  private static void check(SourceMap test) throws IOException {
    Message prototype =
        Objects.requireNonNull(MessageTypes.prototype(Objects.requireNonNull(test.text("type"))));
    String document = Objects.requireNonNull(test.text("yaml"));
    ProblemList problems = new ProblemList();
    SourceNode node = Objects.requireNonNull(YamlReader.read(document, "f", problems));
    ProblemList located = problems.in("f").locatedBy(SourcePositions.in(node));
    Message message = ProtoReader.read(node, prototype, located);
    if (message != null) {
      PgvValidator.validate(message, located);
    }
    if (test.get("problems") instanceof SourceList wanted) {
      assertThat(problems.all().stream().map(Problem::toString))
          .containsExactlyElementsOf(
              wanted.items().stream().map(item -> ((SourceScalar) item).text()).toList());
      return;
    }
    assertThat(problems.all()).isEmpty();
    assertThat(message).isNotNull();
    if (!test.has("newer")) {
      Message.Builder builder = prototype.newBuilderForType();
      JsonFormat.parser()
          .usingTypeRegistry(
              TypeRegistry.newBuilder()
                  .add(types(test).stream().map(MessageTypes::descriptor).toList())
                  .build())
          .merge(JsonText.compact(node), builder);
      assertThat(message).isEqualTo(builder.build());
    }
    for (String printed :
        List.of(
            ProtoWriter.toJson(message),
            ProtoWriter.toPrettyJson(message),
            ProtoWriter.toJson(message, JsonNames.CAMEL),
            ProtoWriter.toYaml(message))) {
      SourceNode tree = Objects.requireNonNull(YamlReader.read(printed, "printed", problems));
      Message again = ProtoReader.read(tree, prototype, problems);
      assertThat(problems.all()).as(printed).isEmpty();
      assertThat(again).isEqualTo(message);
    }
    if (test.has("prints")) {
      assertThat(ProtoWriter.toJson(message)).isEqualTo(test.text("prints"));
    }
  }

  private static List<String> types(SourceMap test) {
    return test.get("any") instanceof SourceList list
        ? list.items().stream().map(item -> ((SourceScalar) item).text()).toList()
        : List.of();
  }

  private static String text() {
    try (InputStream in =
        ProtoReaderTest.class.getClassLoader().getResourceAsStream("codec/cases.yaml")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
