package io.weir.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lua.engine.load.Chunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The language and library probes, against the answers that a stock Envoy 1.40 recorded. */
class DialectTest {
  /** The lines that stood before the probes when Envoy answered: they are part of error texts. */
  private static final String HEAD = "DF=io.open(\"answers.txt\",\"w\"\n) io.output(DF)\n";

  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{6,}");

  @TempDir Path folder;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            DialectTest.class.getResourceAsStream("/io/weir/lua/dialect/" + name), name)) {
      return in.readAllBytes();
    }
  }

  /** One line a probe, in order; addresses and the line that counts the probes left out. */
  private static List<String> answers(byte[] text) {
    return new String(text, StandardCharsets.ISO_8859_1)
        .lines()
        .filter(line -> line.contains(" => "))
        .map(line -> ADDRESS.matcher(line).replaceAll("0xADDRESS"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void answersAsEnvoyExceptForTheListedProbes(Chunk.Mode mode) throws Throwable {
    Path file = folder.resolve("answers.txt");
    var runner = new ScriptRunner(mode, ScriptRunner.PATIENT);
    runner.run(
        "local open = io.open io.open = function() io.open = open return open('"
            + file
            + "', 'w') end");
    var script = new ByteArrayOutputStream();
    script.writeBytes(HEAD.getBytes(StandardCharsets.ISO_8859_1));
    script.writeBytes(resource("probes.lua"));
    script.writeBytes("io.output():flush()".getBytes(StandardCharsets.ISO_8859_1));
    runner.run(script.toByteArray());

    List<String> expected = answers(resource("envoy.txt"));
    List<String> actual = answers(Files.readAllBytes(file));
    assertThat(actual).hasSameSizeAs(expected);
    List<String> listed =
        new String(resource("differences.txt"), StandardCharsets.ISO_8859_1)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .toList();
    var differing = new ArrayList<String>();
    for (int i = 0; i < expected.size(); i++) {
      if (!expected.get(i).equals(actual.get(i))) {
        String probe = expected.get(i).substring(0, expected.get(i).indexOf(" => "));
        differing.add(listed.contains(probe) ? probe : expected.get(i) + "\n" + actual.get(i));
      }
    }
    assertThat(differing).containsExactlyInAnyOrderElementsOf(listed);
  }
}
