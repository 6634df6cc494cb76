package io.weir.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lua.engine.load.Chunk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts and what a stock Envoy 1.40 printed for them, interpreted and compiled. */
class LanguageTest {

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            LanguageTest.class.getResourceAsStream("/io/weir/lua/language/" + name), name)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "shapes, INTERPRETED",
    "shapes, COMPILED",
    "shapes, WHOLE",
    "errors, INTERPRETED",
    "errors, WHOLE",
    "patterns, INTERPRETED",
    "patterns, WHOLE",
    "numbers, INTERPRETED",
    "numbers, WHOLE",
    "corpus-patterns, INTERPRETED",
    "corpus-patterns, WHOLE",
    "corpus-format, WHOLE",
    "corpus-numbers, INTERPRETED",
    "corpus-numbers, WHOLE"
  })
  void printsWhatEnvoyPrinted(String name, Chunk.Mode mode) throws Throwable {
    var runner = new ScriptRunner(mode, ScriptRunner.PATIENT);
    runner.run(resource(name + ".lua"));
    List<String> expected =
        new String(resource(name + ".txt"), StandardCharsets.ISO_8859_1).lines().toList();
    assertThat(String.join("\n", runner.printed).lines().toList()).isEqualTo(expected);
  }
}
