package io.weir.wasm.vm;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportTable;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableImport;
import com.dylibso.chicory.wasm.types.Value;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compiled code, shared by all its instances on all threads. Immutable. */
public final class WasmModule {
  private final ModuleInfo info;
  private final com.dylibso.chicory.wasm.WasmModule parsed;
  private final List<ImportBinding> imports;
  private final ExportTable exports;
  private final int[] functions;
  private final Function<Instance, Machine> machine;
  private final @Nullable Constructor<?> linkedExports;
  private final boolean interrupted;
  private final FunctionNames names;
  private final @Nullable CompletableFuture<WasmModule> better;

  /** How instances are after their start functions, if these asked the host for nothing. */
  private volatile @Nullable Snapshot started;

  WasmModule(
      ModuleInfo info,
      com.dylibso.chicory.wasm.WasmModule parsed,
      List<ImportBinding> imports,
      ExportTable exports,
      int[] functions,
      Function<Instance, Machine> machine,
      @Nullable Constructor<?> linkedExports,
      boolean interrupted,
      FunctionNames names,
      @Nullable CompletableFuture<WasmModule> better) {
    this.info = info;
    this.better = better;
    this.names = names;
    this.parsed = parsed;
    this.imports = imports;
    this.exports = exports;
    this.functions = functions;
    this.machine = machine;
    this.linkedExports = linkedExports;
    this.interrupted = interrupted;
  }

  public ModuleInfo info() {
    return info;
  }

  /** Whether guest and host call each other directly. */
  public boolean linked() {
    return linkedExports != null;
  }

  /** This module, with a faster form of it to come. */
  WasmModule improvedBy(CompletableFuture<WasmModule> faster) {
    return new WasmModule(
        info,
        parsed,
        imports,
        exports,
        functions,
        machine,
        linkedExports,
        interrupted,
        names,
        faster);
  }

  /** The same code in a faster form, when it is there; null when this is the fastest. */
  public @Nullable CompletableFuture<WasmModule> better() {
    return better;
  }

  /** The fastest form that is there now. */
  public WasmModule best() {
    return better != null && better.state() == java.util.concurrent.Future.State.SUCCESS
        ? better.resultNow()
        : this;
  }

  /** Whether an instance can begin where another one is; a start section would run again. */
  public boolean resumable() {
    return parsed.startSection().isEmpty();
  }

  /** Remembers how instances are once started, for {@link #initializeStarted}. */
  public void rememberStarted(WasmInstance instance) {
    if (resumable()) {
      started = instance.snapshot();
    }
  }

  /** Initialises an instance as if its start functions had run, if that is known to be the same. */
  public boolean initializeStarted(WasmInstance instance) {
    Snapshot snapshot = started;
    return snapshot != null && instance.initialize(snapshot);
  }

  /**
   * Makes an instance: memory, tables and globals set up, the start section run, nothing else.
   *
   * @param receivers the objects on which host functions are called, in the {@link HostTable}'s
   *     order
   * @throws UnsupportedModuleException when the memory it wants is over the limits, or it traps
   */
  public WasmInstance instantiate(Object[] receivers, Limits limits, MemoryQuota quota)
      throws UnsupportedModuleException {
    var memory = new FlatMemory[1];
    try {
      Instance instance =
          Instance.builder(parsed)
              .withStart(false)
              .withInitialize(false)
              .withImportValues(importValues(receivers, limits, quota, memory))
              .withMachineFactory(machine)
              .withMemoryFactory(
                  wanted -> {
                    memory[0] = newMemory(wanted, limits, quota, receivers);
                    return memory[0];
                  })
              .build();
      if (memory[0] == null) {
        throw new UnsupportedModuleException("the module has no memory");
      }
      return new WasmInstance(
          instance, memory[0], guestExports(instance, memory[0]), interrupted, limits, names);
    } catch (ChicoryException e) {
      if (memory[0] != null) {
        memory[0].release();
      }
      throw new UnsupportedModuleException(reason(e), e);
    }
  }

  private static String reason(ChicoryException e) {
    return "the module cannot be instantiated: " + e.getMessage();
  }

  private static FlatMemory newMemory(
      MemoryLimits wanted, Limits limits, MemoryQuota quota, Object[] receivers) {
    if (wanted.initialPages() > limits.memoryPages()) {
      throw new ChicoryException(
          "it wants "
              + wanted.initialPages()
              + " pages of memory, the limit is "
              + limits.memoryPages());
    }
    int maximum = Math.min(wanted.maximumPages(), limits.memoryPages());
    return new FlatMemory(wanted.initialPages(), maximum, quota, receivers);
  }

  /** What the module imports; a memory or table is made for it, as V8's embedding does. */
  private ImportValues importValues(
      Object[] receivers, Limits limits, MemoryQuota quota, FlatMemory[] memory) {
    var values = new ArrayList<ImportFunction>(imports.size());
    List<FunctionImport> declared = ModuleBinder.functionImports(parsed);
    for (int i = 0; i < declared.size(); i++) {
      FunctionImport function = declared.get(i);
      FunctionType type = parsed.typeSection().getType(function.typeIndex());
      values.add(
          new HostFunction(
              function.module(),
              function.name(),
              type,
              handle(i, imports.get(i), type, receivers)));
    }
    var builder = ImportValues.builder().withFunctions(values);
    parsed.importSection().stream()
        .forEach(
            wanted -> {
              if (wanted instanceof MemoryImport imported) {
                memory[0] = newMemory(imported.limits(), limits, quota, receivers);
                builder.addMemory(new ImportMemory(imported.module(), imported.name(), memory[0]));
              } else if (wanted instanceof TableImport imported) {
                builder.addTable(
                    new ImportTable(
                        imported.module(),
                        imported.name(),
                        new TableInstance(
                            new Table(imported.entryType(), imported.limits()),
                            Value.REF_NULL_VALUE)));
              }
            });
    return builder.build();
  }

  @SuppressWarnings("NullAway") // The engine takes null from functions without a result.
  private static WasmFunctionHandle handle(
      int index, ImportBinding binding, FunctionType type, Object[] receivers) {
    boolean returnsValue = !type.returns().isEmpty();
    return switch (binding) {
      case ImportBinding.Bound(HostMethod method) ->
          new HostCall(index, method, receivers[method.receiver()], returnsValue);
      case ImportBinding.Refused(int status) -> (_, _) -> returnsValue ? new long[] {status} : null;
    };
  }

  private GuestExports guestExports(Instance instance, FlatMemory memory) {
    if (linkedExports == null) {
      return new DispatchedExports(instance, exports, functions, parameterCounts());
    }
    try {
      return (GuestExports) linkedExports.newInstance(instance, (Memory) memory);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private int[] parameterCounts() {
    var binder =
        new ModuleBinder(parsed, new HostTable(List.of(), Map.of()), exports, Capabilities.ALL);
    int[] counts = new int[functions.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = functions[i] < 0 ? 0 : binder.type(functions[i]).params().size();
    }
    return counts;
  }

  /** Whether the slot's export is there and allowed. */
  public boolean hasExport(int slot) {
    return functions[slot] >= 0;
  }
}
