package io.weir.xds.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.xds.ProblemList;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EnvoyYamlTest {

  private static final String METADATA =
      "filter_metadata: {lua: {float: 2.5, big: 12345678901, small: 2147483647, over: 2147483648,"
          + " exp: 1000.0, low: -2147483648, list: [1.5, true, null, x]}}";

  @Test
  void numbersOfMetadataBecomeTextsAsInEnvoy() {
    assertThat(read("a: [{metadata: {" + METADATA + "}}]"))
        .isEqualTo(
            "{\"a\":[{\"metadata\":{\"filter_metadata\":{\"lua\":{\"float\":\"2.5\",\"big\":\"12345678901\","
                + "\"small\":2147483647,\"over\":\"2147483648\",\"exp\":\"1000.0\",\"low\":-2147483648,"
                + "\"list\":[\"1.5\",true,null,\"x\"]}}}}]}");
  }

  @Test
  void otherPlacesAndJsonKeepTheirNumbers() {
    assertThat(read("value: {rate: 2.5}")).isEqualTo("{\"value\":{\"rate\":2.5}}");
    String json = "{\"filter_metadata\":{\"a\":{\"b\":2.5}}}";
    assertThat(read(json, "f.json")).isEqualTo(json);
    assertThat(read(json)).isEqualTo("{\"filter_metadata\":{\"a\":{\"b\":\"2.5\"}}}");
  }

  private static String read(String text) {
    return read(text, "f.yaml");
  }

  private static String read(String text, String file) {
    SourceNode node = Objects.requireNonNull(YamlReader.read(text, file, new ProblemList()));
    return JsonText.compact(EnvoyYaml.metadata(node, file));
  }
}
