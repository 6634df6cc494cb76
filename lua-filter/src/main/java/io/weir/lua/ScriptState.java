package io.weir.lua;

import io.weir.filter.Worker;
import io.weir.lua.api.Objects;
import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.ScriptStop;
import io.weir.lua.engine.lib.LuaHost;
import io.weir.lua.engine.lib.Preload;
import io.weir.lua.engine.lib.Sandbox;
import io.weir.lua.engine.lib.StandardLibrary;
import io.weir.lua.engine.load.Chunk;
import io.weir.lua.library.ScriptLibrary;
import io.weir.lua.library.SharedModule;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A code block on one worker: its globals, and the handlers that it defined when it ran. */
final class ScriptState {
  private static final Logger LOG = LoggerFactory.getLogger("lua");
  private static final LuaString ON_REQUEST = LuaString.of("envoy_on_request");
  private static final LuaString ON_RESPONSE = LuaString.of("envoy_on_response");

  private final LuaState state;
  private final ScriptOptions options;
  private final ScriptMeter meter = new ScriptMeter();
  private final @Nullable String loadFailure;
  private @Nullable Objects objects;
  private final @Nullable LuaFunction onRequest;
  private final @Nullable LuaFunction onResponse;

  private ScriptState(LuaState state, ScriptOptions options, @Nullable String loadFailure) {
    this.state = state;
    this.loadFailure = loadFailure;
    this.options = options;
    this.onRequest = state.globals().get(ON_REQUEST) instanceof LuaFunction f ? f : null;
    this.onResponse = state.globals().get(ON_RESPONSE) instanceof LuaFunction f ? f : null;
  }

  /** Runs a block on a worker. A block that fails there has no handlers. */
  static ScriptState open(Chunk chunk, String origin, Worker worker, ScriptOptions options) {
    LuaState state = newState(options, worker::nanoTime, worker::wallMillis);
    String failure = run(chunk, state);
    if (failure != null) {
      LOG.error("script load error in {} on worker {}: {}", origin, worker.index(), failure);
      state = newState(options, worker::nanoTime, worker::wallMillis);
    }
    return new ScriptState(state, options, failure);
  }

  /**
   * Runs a block once to see whether it loads.
   *
   * @return what it failed with, or null
   */
  static @Nullable String tryOut(
      Chunk chunk, ScriptOptions options, LongSupplier nanos, LongSupplier millis) {
    return run(chunk, newState(options, nanos, millis));
  }

  private static LuaState newState(
      ScriptOptions options, LongSupplier nanos, LongSupplier wallMillis) {
    var state = new LuaState(options.limits(), nanos);
    StandardLibrary.install(
        state,
        new LuaHost() {
          @Override
          public long wallMillis() {
            return wallMillis.getAsLong();
          }

          @Override
          public void print(LuaString line) {
            LOG.info("{}", line);
          }
        });
    if (options.sandbox()) {
      Sandbox.apply(state);
    }
    for (ScriptLibrary library : options.libraries()) {
      Preload.table(state, library.moduleName(), library::open);
    }
    options.modules().forEach((name, module) -> Preload.chunk(state, name, module));
    if (!options.dictionaries().isEmpty()) {
      Preload.table(state, "shared", own -> SharedModule.open(own, options.dictionaries(), nanos));
    }
    return state;
  }

  private static @Nullable String run(Chunk chunk, LuaState state) {
    state.begin();
    try {
      chunk.bind(state, state.globals()).call();
    } catch (LuaError error) {
      return error.getMessage();
    } catch (ScriptStop stop) {
      return String.valueOf(stop.getMessage());
    } catch (StackOverflowError overflow) {
      return "stack overflow";
    } finally {
      state.stack().leave(0);
    }
    var resolution = new LuaTable();
    resolution.set(LuaString.of("MILLISECOND"), 0.0);
    resolution.set(LuaString.of("MICROSECOND"), 1.0);
    state.globals().set(LuaString.of("EnvoyTimestampResolution"), resolution);
    return null;
  }

  LuaState state() {
    return state;
  }

  ScriptOptions options() {
    return options;
  }

  ScriptMeter meter() {
    return meter;
  }

  /** Measures the memory that the script's globals hold. */
  void measureMemory() {
    meter.memory(new MemoryEstimate().of(state.globals()));
  }

  ScriptReport report() {
    return meter.report(new MemoryEstimate().of(state.globals()), loadFailure);
  }

  /** The classes of the API; made for the first stream. */
  Objects objects() {
    Objects made = objects;
    if (made == null) {
      made = new Objects(state);
      objects = made;
    }
    return made;
  }

  @Nullable LuaFunction onRequest() {
    return onRequest;
  }

  @Nullable LuaFunction onResponse() {
    return onResponse;
  }
}
