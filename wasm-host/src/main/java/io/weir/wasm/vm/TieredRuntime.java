package io.weir.wasm.vm;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs large modules in the interpreter until their compilation, in the background, is done;
 * instances then go on in compiled code ({@link WasmInstance#continueFrom}). Modules that are
 * small, or were compiled by an earlier process, are compiled at once. Thread-safe.
 */
public final class TieredRuntime implements WasmRuntime {
  private static final Logger LOG = LoggerFactory.getLogger("wasm");

  private final WasmRuntime interpreter;
  private final ChicoryRuntime compiler;
  private final int fromBytes;
  private final Executor background;

  /**
   * @param fromBytes the size of code from which on it is interpreted first
   * @param background compiles what is interpreted
   */
  public TieredRuntime(
      WasmRuntime interpreter, ChicoryRuntime compiler, int fromBytes, Executor background) {
    this.interpreter = interpreter;
    this.compiler = compiler;
    this.fromBytes = fromBytes;
    this.background = background;
  }

  /** One thread of low priority, which goes when it has nothing to do. */
  public static Executor background() {
    return new ThreadPoolExecutor(
        0,
        1,
        10,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        Thread.ofPlatform().daemon().name("wasm-compiler").priority(Thread.MIN_PRIORITY).factory());
  }

  @Override
  public String id() {
    return compiler.id();
  }

  @Override
  public WasmModule compile(String sha256, byte[] code, ModuleInfo info, Capabilities capabilities)
      throws UnsupportedModuleException {
    if (code.length < fromBytes || compiler.cached(sha256, capabilities)) {
      return compiler.compile(sha256, code, info, capabilities);
    }
    WasmModule quick = interpreter.compile(sha256, code, info, capabilities);
    if (!quick.resumable()) {
      return compiler.compile(sha256, code, info, capabilities);
    }
    var better = new CompletableFuture<WasmModule>();
    background.execute(
        () -> {
          try {
            better.complete(compiler.compile(sha256, code, info, capabilities));
          } catch (UnsupportedModuleException | RuntimeException | Error e) {
            LOG.warn("wasm: a module stays in the interpreter: {}", e.toString());
            better.completeExceptionally(e);
          }
        });
    return quick.improvedBy(better);
  }
}
