package io.weir.lua;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lua.engine.Budget;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.load.Chunk;
import io.weir.lua.library.ScriptLibrary;
import io.weir.lua.library.SharedDictionary;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts can require, and what a sandbox takes away: scripts that assert. */
class ScriptLibraryTest {

  private static ScriptOptions options(boolean sandbox) throws Exception {
    byte[] module =
        "local M = {} function M.twice(x) return x .. x end M.name = ... return M"
            .getBytes(StandardCharsets.UTF_8);
    return new ScriptOptions(
        0,
        Budget.Limits.DEFAULT,
        sandbox,
        List.of(ScriptLibrary.values()),
        Map.of("lib.twice", Chunk.load(module, LuaString.of("@lib.twice"), Chunk.Mode.COMPILED)),
        Map.of("box", new SharedDictionary(2_000)),
        false,
        false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"json", "base64", "digests", "url", "uuid", "jwt", "modules", "shared", "sandbox"})
  void script(String name) throws Exception {
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("library/" + name + ".lua"), name)) {
      byte[] text = in.readAllBytes();
      Chunk chunk = Chunk.load(text, LuaString.of("@" + name), Chunk.Mode.WHOLE);
      assertThat(
              ScriptState.tryOut(
                  chunk, options(name.equals("sandbox")), System::nanoTime, () -> 0L))
          .isNull();
    }
  }

  @Test
  void nothingOfItIsThereUnlessAskedFor() throws Exception {
    byte[] text =
        """
        for _, name in ipairs { "json", "cjson", "base64", "hmac", "sha", "url", "uuid", "jwt", "shared" } do
          assert(not pcall(require, name), name)
        end
        assert(os.getenv and io.open and debug.getinfo)
        """
            .getBytes(StandardCharsets.UTF_8);
    Chunk chunk = Chunk.load(text, LuaString.of("@plain"), Chunk.Mode.WHOLE);
    assertThat(ScriptState.tryOut(chunk, ScriptOptions.ENVOY, System::nanoTime, () -> 0L)).isNull();
  }

  @Test
  void incrementsOfAllWorkersAreCounted() throws Exception {
    var dictionary = new SharedDictionary(10_000);
    int threads = 4;
    int rounds = 20_000;
    var done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      Thread.ofPlatform()
          .start(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  dictionary.increment("n", 1, 0.0, 10, Long.MAX_VALUE, 0);
                  dictionary.set("k" + i % 200, (double) i, 12, Long.MAX_VALUE);
                }
                done.countDown();
              });
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    // The counter is used all the time, so that it is never what has to go.
    assertThat(dictionary.get("n", 0)).isEqualTo((double) threads * rounds);
    assertThat(dictionary.size()).isLessThan(110);
  }
}
