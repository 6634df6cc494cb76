package io.weir.lua.engine;

import io.weir.lua.engine.lib.LuaHost;
import io.weir.lua.engine.lib.StandardLibrary;
import io.weir.lua.engine.load.Chunk;
import io.weir.lua.engine.syntax.LuaSyntaxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One call of {@code RUN} of each script in bench/lua. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
public class ScriptBenchmark {
  @Param({"sha256", "json", "strings", "tables", "fib"})
  public String script = "";

  private final LuaState state = new LuaState(Budget.Limits.DEFAULT, System::nanoTime);
  private @Nullable LuaFunction run;

  @Setup
  public void load() throws IOException, LuaSyntaxException {
    StandardLibrary.install(
        state,
        new LuaHost() {
          @Override
          public long wallMillis() {
            return System.currentTimeMillis();
          }

          @Override
          public void print(LuaString line) {
            throw new UnsupportedOperationException(line.text());
          }
        });
    byte[] source = Files.readAllBytes(Path.of("bench/lua/" + script + ".lua"));
    Chunk.load(source, LuaString.of(script), Chunk.Mode.COMPILED)
        .bind(state, state.globals())
        .call();
    run = (LuaFunction) state.globals().get(LuaString.of("RUN"));
  }

  @Benchmark
  public @Nullable Object run() {
    state.begin();
    return Objects.requireNonNull(run).call();
  }
}
