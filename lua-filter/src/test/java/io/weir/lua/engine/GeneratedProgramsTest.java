package io.weir.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lua.engine.load.Chunk;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.luaj.vm2.Globals;
import org.luaj.vm2.lib.jse.JsePlatform;

/** Random programs give the same, error messages included, however they are run. */
class GeneratedProgramsTest {
  private static final int PROGRAMS = 60;

  /** LuaJ has no negative zero, fails to divide by zero as IEEE does and compares NaN otherwise. */
  private static final Set<Long> LUAJ_DIFFERS =
      Set.of(
          6009L, 6026L, 6073L, 6097L, 6114L, 6128L, 6138L, 6166L, 6167L, 6168L, 6176L, 6177L, 6179L,
          6187L, 6195L);

  private static String run(Chunk.Mode mode, String program) throws Throwable {
    return new ScriptRunner(mode, ScriptRunner.PATIENT).text(program);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void compiledCodeDoesWhatInterpretedCodeDoes(long block) throws Throwable {
    for (long seed = block * 1_000; seed < block * 1_000 + PROGRAMS; seed++) {
      String program = ProgramGenerator.program(seed, true);
      assertThat(run(Chunk.Mode.WHOLE, program))
          .as("program of seed %d", seed)
          .isEqualTo(run(Chunk.Mode.INTERPRETED, program));
    }
  }

  @Test
  void programsPrintWhatTheyPrintInEnvoy() throws Throwable {
    List<String> lines;
    try (InputStream in =
        Objects.requireNonNull(
            GeneratedProgramsTest.class.getResourceAsStream(
                "/io/weir/lua/language/programs.txt"))) {
      lines = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines().skip(1).toList();
    }
    var different = new ArrayList<String>();
    for (String line : lines) {
      String[] fields = line.split("\t");
      String printed =
          run(Chunk.Mode.COMPILED, ProgramGenerator.program(Long.parseLong(fields[0]), false));
      if (printed.hashCode() != Integer.parseInt(fields[1])) {
        different.add(fields[0]);
      }
    }
    assertThat(lines).hasSize(300);
    assertThat(different).isEmpty();
  }

  @Test
  void aForeignEngineAgrees() throws Throwable {
    for (long seed = 6_000; seed < 6_200; seed++) {
      String program = ProgramGenerator.program(seed, false);
      Globals luaj = JsePlatform.standardGlobals();
      String theirs = luaj.load(program, "program").call().tojstring();
      assertThat(run(Chunk.Mode.COMPILED, program).equals(theirs))
          .as("program of seed %d", seed)
          .isEqualTo(!LUAJ_DIFFERS.contains(seed));
    }
  }
}
