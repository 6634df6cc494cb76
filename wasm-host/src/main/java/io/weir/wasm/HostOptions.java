package io.weir.wasm;

import io.weir.wasm.vm.ClassCache;
import io.weir.wasm.vm.Limits;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Options of the process that no Envoy message has, from system properties: {@code
 * weir.wasm.memory_pages}, {@code weir.wasm.callback_cpu_ms}, {@code weir.wasm.start_cpu_ms}, and
 * {@code weir.wasm.cache_dir} (empty for no cache; by default {@code weir/wasm} in the user's cache
 * directory).
 */
final class HostOptions {
  private static final long CACHE_BYTES = 512L << 20;

  private HostOptions() {}

  static Limits limits() {
    return new Limits(
        Integer.getInteger("weir.wasm.memory_pages", Limits.DEFAULT.memoryPages()),
        Long.getLong("weir.wasm.callback_cpu_ms", Limits.DEFAULT.callbackMillis()),
        Long.getLong("weir.wasm.start_cpu_ms", Limits.DEFAULT.startMillis()));
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
