package io.weir.lua.engine;

import io.weir.lua.engine.lib.LuaHost;
import io.weir.lua.engine.lib.StandardLibrary;
import io.weir.lua.engine.load.Chunk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs scripts in a state of their own, on a thread with a worker's stack. */
final class ScriptRunner {
  /** For long scripts on a busy machine. */
  static final Budget.Limits PATIENT = new Budget.Limits(2_000_000_000L, 60_000_000_000L, 1L << 33);

  private static final long STACK_BYTES = 8L << 20;

  final List<String> printed = new ArrayList<>();
  final LuaState state;

  private final Chunk.Mode mode;

  ScriptRunner() {
    this(Chunk.Mode.COMPILED, Budget.Limits.DEFAULT);
  }

  /**
   * @param mode for all text, also what scripts load themselves
   */
  ScriptRunner(Chunk.Mode mode, Budget.Limits limits) {
    this.mode = mode;
    state = new LuaState(limits, System::nanoTime);
    StandardLibrary.install(
        state,
        new LuaHost() {
          @Override
          public long wallMillis() {
            return System.currentTimeMillis();
          }

          @Override
          public void print(LuaString line) {
            printed.add(line.latin1());
          }

          @Override
          public Chunk.Mode loadMode() {
            return mode;
          }
        });
  }

  /** The first value that a chunk returns. */
  @Nullable Object run(String source) throws Throwable {
    return run(source.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Nullable Object run(byte[] source) throws Throwable {
    var result = new AtomicReference<@Nullable Object>();
    var failure = new AtomicReference<@Nullable Throwable>();
    var thread =
        new Thread(
            null,
            () -> {
              try {
                var chunk = Chunk.load(source, LuaString.own(source), mode);
                result.set(Values.first(chunk.bind(state, state.globals()).call()));
              } catch (Throwable e) {
                failure.set(e);
              }
            },
            "script",
            STACK_BYTES);
    thread.start();
    thread.join();
    Throwable failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return result.get();
  }

  /** What a chunk returns, as {@code tostring} shows it. */
  String text(String source) throws Throwable {
    return Texts.plain(run(source)).latin1();
  }
}
