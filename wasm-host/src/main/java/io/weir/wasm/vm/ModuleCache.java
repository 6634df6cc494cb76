package io.weir.wasm.vm;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Compiled modules by the sha256 of their code, shared by all configurations. A module stays as
 * long as somebody uses it; two who ask at once wait for one compilation. Thread-safe.
 */
public final class ModuleCache {
  private final Cache<Key, WasmModule> modules = Caffeine.newBuilder().weakValues().build();
  private final ConcurrentHashMap<Key, CompletableFuture<WasmModule>> compiling =
      new ConcurrentHashMap<>();

  private record Key(String sha256, String runtime, String capabilities) {}

  /**
   * A compiled module, from the cache or compiled on {@code cpuPool}. Fails with {@link
   * UnsupportedModuleException}.
   */
  public CompletableFuture<WasmModule> get(
      String sha256,
      byte[] code,
      ModuleInfo info,
      Capabilities capabilities,
      WasmRuntime runtime,
      Executor cpuPool) {
    var key = new Key(sha256, runtime.id(), capabilities.key());
    WasmModule cached = modules.getIfPresent(key);
    if (cached != null) {
      return CompletableFuture.completedFuture(cached);
    }
    var made = new CompletableFuture<WasmModule>();
    @Nullable CompletableFuture<WasmModule> running = compiling.putIfAbsent(key, made);
    if (running != null) {
      return running;
    }
    cpuPool.execute(
        () -> {
          try {
            WasmModule module = runtime.compile(sha256, code, info, capabilities);
            modules.put(key, module);
            made.complete(module);
          } catch (UnsupportedModuleException e) {
            made.completeExceptionally(e);
          } catch (RuntimeException | Error e) {
            made.completeExceptionally(new CompletionException(e));
          } finally {
            compiling.remove(key, made);
          }
        });
    return made;
  }
}
