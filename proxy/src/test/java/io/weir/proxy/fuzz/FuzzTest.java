package io.weir.proxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each target with some thousand seeded inputs; {@code -Psoak} lets Jazzer look further, for {@code
 * -Dsoak.seconds} each.
 */
class FuzzTest {
  private static final int INPUTS = 5_000;
  private static final long SEED = 20261124;

  @ParameterizedTest
  @EnumSource
  void survivesSeededInputs(Target target) throws IOException {
    List<byte[]> seeds = seeds(target);
    seeds.forEach(target.feed);
    var mutator = new Mutator(seeds, SEED);
    for (int i = 0; i < INPUTS; i++) {
      byte[] input = mutator.next();
      try {
        target.feed.accept(input);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "input " + i + ":\n" + new String(input, StandardCharsets.ISO_8859_1), e);
      }
    }
  }

  @Tag("soak")
  @ParameterizedTest
  @EnumSource
  void jazzerFindsNothing(Target target, @TempDir Path folder) throws Exception {
    Path corpus = Files.createDirectory(folder.resolve("corpus"));
    int number = 0;
    for (byte[] seed : seeds(target)) {
      Files.write(corpus.resolve("seed" + number++), seed);
    }
    int seconds = Integer.getInteger("soak.seconds", 60);
    Process jazzer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type.getName(),
                "--instrumentation_includes=io.weir.**",
                "-max_total_time=" + seconds,
                corpus.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try {
      assertThat(jazzer.waitFor(seconds + 120L, TimeUnit.SECONDS)).isTrue();
      assertThat(jazzer.exitValue())
          .as(Files.readString(folder.resolve("log"), StandardCharsets.ISO_8859_1))
          .isZero();
    } finally {
      jazzer.destroyForcibly();
    }
  }

  /** Inputs between lines of dashes; {@code \r} and such are written as in Java. */
  private static List<byte[]> seeds(Target target) throws IOException {
    try (InputStream in = FuzzTest.class.getResourceAsStream(target.seeds)) {
      assertThat(in).as(target.seeds).isNotNull();
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      var seeds = new ArrayList<byte[]>();
      for (String seed : text.split("(?m)^----\n")) {
        if (!seed.isEmpty()) {
          String input = seed.substring(0, seed.length() - 1).translateEscapes();
          seeds.add(input.getBytes(StandardCharsets.ISO_8859_1));
        }
      }
      return seeds;
    }
  }
}
