package io.weir.wasm;

import io.weir.wasm.abi.Callback;
import io.weir.wasm.context.WasmVm;
import io.weir.wasm.shared.SharedSpace;
import io.weir.wasm.vm.ChicoryRuntime;
import io.weir.wasm.vm.ClassCache;
import io.weir.wasm.vm.Limits;
import io.weir.wasm.vm.MemoryQuota;
import io.weir.wasm.vm.ModuleCache;
import io.weir.wasm.vm.TieredRuntime;
import io.weir.wasm.vm.WasmRuntime;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What all wasm extensions of a process share: compiled modules, VMs by worker, shared data and
 * queues, the memory quota. Thread-safe. There is one, because guests share data across extension
 * points by VM id; tests make their own.
 */
final class WasmHost {
  private final WasmRuntime compiled;
  private final WasmRuntime interpreter;
  private final ModuleCache modules = new ModuleCache();
  private final SharedSpace shared = new SharedSpace();
  private final VmRegistry vms = new VmRegistry(shared);
  private final MemoryQuota quota = new MemoryQuota(Runtime.getRuntime().maxMemory() / 2);
  private final Limits limits;

  WasmHost(ChicoryRuntime.Mode mode, Limits limits, @Nullable ClassCache cache) {
    this(mode, limits, cache, Integer.MAX_VALUE, Runnable::run);
  }

  /**
   * @param interpretFromBytes the size of modules that are interpreted until they are compiled
   * @param background compiles those
   */
  WasmHost(
      ChicoryRuntime.Mode mode,
      Limits limits,
      @Nullable ClassCache cache,
      int interpretFromBytes,
      Executor background) {
    this.limits = limits;
    this.interpreter =
        new ChicoryRuntime(ChicoryRuntime.Mode.INTERPRETED, WasmVm.HOST, Callback.TABLE, null);
    this.compiled =
        new TieredRuntime(
            interpreter,
            new ChicoryRuntime(mode, WasmVm.HOST, Callback.TABLE, cache),
            interpretFromBytes,
            background);
  }

  /** Made on first use: a proxy without wasm has none. */
  static WasmHost process() {
    return Process.HOST;
  }

  private static final class Process {
    static final WasmHost HOST =
        new WasmHost(
            ChicoryRuntime.Mode.LINKED,
            HostOptions.limits(),
            HostOptions.classCache(),
            HostOptions.interpretFromBytes(),
            TieredRuntime.background());
  }

  WasmRuntime runtime(boolean interpreted) {
    return interpreted ? interpreter : compiled;
  }

  ModuleCache modules() {
    return modules;
  }

  SharedSpace shared() {
    return shared;
  }

  VmRegistry vms() {
    return vms;
  }

  MemoryQuota quota() {
    return quota;
  }

  Limits limits() {
    return limits;
  }
}
