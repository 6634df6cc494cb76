package io.weir.wasm;

import io.weir.filter.Worker;
import io.weir.wasm.context.PluginSpec;
import io.weir.wasm.context.RootContext;
import io.weir.wasm.context.VmSpec;
import io.weir.wasm.context.WasmVm;
import io.weir.wasm.shared.SharedSpace;
import io.weir.wasm.vm.UnsupportedModuleException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The live VMs: one per key and worker, whoever asks. The first to ask has it made, started and
 * configured on the CPU pool; later ones get a root context in it, made on its worker. Thread-safe.
 */
final class VmRegistry {
  private final ConcurrentHashMap<Key, CompletableFuture<WasmVm>> vms = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, AtomicInteger> byVmId = new ConcurrentHashMap<>();
  private final SharedSpace shared;

  private record Key(String vmKey, Worker worker) {}

  VmRegistry(SharedSpace shared) {
    this.shared = shared;
  }

  /**
   * A root context for a plugin on a worker; completes on that worker. Fails with {@link
   * UnsupportedModuleException}.
   */
  CompletableFuture<RootContext> acquire(
      VmSpec spec, PluginSpec plugin, Worker worker, Executor cpuPool) {
    var key = new Key(spec.key(), worker);
    var made = new CompletableFuture<WasmVm>();
    CompletableFuture<WasmVm> present = vms.putIfAbsent(key, made);
    var result = new CompletableFuture<RootContext>();
    if (present == null) {
      count(spec.vmId());
      cpuPool.execute(() -> create(spec, plugin, key, made, result));
    } else {
      present.whenComplete(
          (vm, failure) ->
              worker.execute(() -> join(spec, plugin, key, present, vm, cpuPool, result)));
    }
    return result;
  }

  private void create(
      VmSpec spec,
      PluginSpec plugin,
      Key key,
      CompletableFuture<WasmVm> made,
      CompletableFuture<RootContext> result) {
    WasmVm vm = null;
    try {
      vm = new WasmVm(spec);
      RootContext root = vm.acquire(plugin);
      WasmVm ready = vm;
      key.worker()
          .execute(
              () -> {
                ready.adopt(key.worker());
                made.complete(ready);
                result.complete(root);
              });
    } catch (UnsupportedModuleException | RuntimeException | Error e) {
      if (vm != null) {
        vm.close();
      }
      remove(key, made, spec.vmId());
      made.completeExceptionally(e);
      result.completeExceptionally(e);
    }
  }

  /** On the worker: a root context in a VM that another plugin had made. */
  private void join(
      VmSpec spec,
      PluginSpec plugin,
      Key key,
      CompletableFuture<WasmVm> present,
      WasmVm vm,
      Executor cpuPool,
      CompletableFuture<RootContext> result) {
    if (vm == null || vm.failed() || vm.unused()) {
      remove(key, present, spec.vmId());
      acquire(spec, plugin, key.worker(), cpuPool)
          .whenComplete(
              (root, failure) -> {
                if (failure == null) {
                  result.complete(root);
                } else {
                  result.completeExceptionally(failure);
                }
              });
      return;
    }
    try {
      result.complete(vm.acquire(plugin));
    } catch (UnsupportedModuleException e) {
      result.completeExceptionally(e);
    }
  }

  /** Gives a root context back, on its worker. */
  void release(RootContext root, Worker worker) {
    WasmVm vm = root.vm();
    vm.release(root);
    if (vm.unused()) {
      var key = new Key(vm.spec().key(), worker);
      CompletableFuture<WasmVm> present = vms.get(key);
      if (present != null
          && present.state() == java.util.concurrent.Future.State.SUCCESS
          && present.resultNow() == vm) {
        remove(key, present, vm.spec().vmId());
      }
    }
  }

  private void remove(Key key, CompletableFuture<WasmVm> entry, String vmId) {
    if (vms.remove(key, entry)) {
      byVmId.computeIfPresent(
          vmId,
          (_, count) -> {
            if (count.decrementAndGet() > 0) {
              return count;
            }
            shared.drop(vmId);
            return null;
          });
    }
  }

  private void count(String vmId) {
    byVmId.computeIfAbsent(vmId, _ -> new AtomicInteger()).incrementAndGet();
  }

  /** The number of live VMs. */
  int size() {
    return vms.size();
  }
}
