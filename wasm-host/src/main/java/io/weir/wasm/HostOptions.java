package io.weir.wasm;

import io.weir.filter.FactoryContext;
import io.weir.wasm.vm.ClassCache;
import io.weir.wasm.vm.Limits;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Options that no Envoy message has. Limits come from the runtime layers, {@code
 * weir.wasm.PLUGIN.KEY} before {@code weir.wasm.KEY}, else from the system property {@code
 * weir.wasm.KEY}: {@code memory_pages}, {@code callback_cpu_ms}, {@code start_cpu_ms}, {@code
 * stream_cpu_ms}, {@code log_lines_per_second}, {@code paused_ms}. The system property {@code
 * weir.wasm.cache_dir} is the folder of compiled modules (empty for none; by default {@code
 * weir/wasm} in the user's cache directory).
 */
final class HostOptions {
  private static final long CACHE_BYTES = 512L << 20;
  private static final String PREFIX = "weir.wasm.";

  private HostOptions() {}

  /** The process's limits. */
  static Limits limits() {
    return limits(Limits.DEFAULT, (key, fallback) -> Long.getLong(PREFIX + key, fallback));
  }

  /** A plugin's limits: the process's where the runtime layers say nothing. */
  static Limits limits(Limits process, FactoryContext context, String plugin) {
    return limits(
        process,
        (key, fallback) ->
            context.runtimeValue(
                PREFIX + plugin + "." + key, context.runtimeValue(PREFIX + key, fallback)));
  }

  /** Whether a plugin sees the property roots of hosts before 2022: {@code older_properties}. */
  static boolean olderRoots(FactoryContext context, String plugin) {
    String key = "older_properties";
    long process = Long.getLong(PREFIX + key, 0);
    return context.runtimeValue(
            PREFIX + plugin + "." + key, context.runtimeValue(PREFIX + key, process))
        != 0;
  }

  private static Limits limits(Limits fallback, LongSetting setting) {
    return new Limits(
        (int) setting.get("memory_pages", fallback.memoryPages()),
        setting.get("callback_cpu_ms", fallback.callbackMillis()),
        setting.get("start_cpu_ms", fallback.startMillis()),
        setting.get("stream_cpu_ms", fallback.streamMillis()),
        setting.get("log_lines_per_second", fallback.logLinesPerSecond()),
        setting.get("paused_ms", fallback.pausedMillis()));
  }

  /** Where a number comes from. */
  private interface LongSetting {
    long get(String key, long fallback);
  }

  /**
   * The size of modules that serve from the interpreter while they are compiled: {@code
   * interpret_from_kb}. None by default: a module from the class cache is ready sooner, and a
   * configuration that is replaced serves until the new one is compiled.
   */
  static int interpretFromBytes() {
    Long kilobytes = Long.getLong(PREFIX + "interpret_from_kb");
    return kilobytes == null || kilobytes > 1 << 20
        ? Integer.MAX_VALUE
        : kilobytes.intValue() << 10;
  }

  static @Nullable ClassCache classCache() {
    String directory = System.getProperty("weir.wasm.cache_dir");
    if (directory == null) {
      String base = System.getenv("XDG_CACHE_HOME");
      String home = System.getProperty("user.home");
      if (base == null && home == null) {
        return null;
      }
      Path cache = base != null && !base.isEmpty() ? Path.of(base) : Path.of(home, ".cache");
      return cache.isAbsolute() ? at(cache.resolve("weir").resolve("wasm")) : null;
    }
    return directory.isEmpty() ? null : at(Path.of(directory));
  }

  private static ClassCache at(Path directory) {
    return new ClassCache(directory, CACHE_BYTES, Clock.systemUTC());
  }
}
