package io.weir.wasm.vm;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.ChicoryException;
import java.util.Arrays;
import java.util.List;

/**
 * One guest: memory, globals, tables. Used by one thread at a time; the caller hands it over. Calls
 * into the guest stand between {@link #enter} and {@link #leave}. After a trap it must not be
 * called again, only closed.
 */
public final class WasmInstance implements AutoCloseable {
  private final Instance instance;
  private final FlatMemory memory;
  private final GuestExports exports;
  private final boolean interrupted;
  private final CpuBudget budget;
  private final FunctionNames names;

  WasmInstance(
      Instance instance,
      FlatMemory memory,
      GuestExports exports,
      boolean interrupted,
      Limits limits,
      FunctionNames names) {
    this.instance = instance;
    this.memory = memory;
    this.exports = exports;
    this.interrupted = interrupted;
    this.names = names;
    this.budget = CpuWatchdog.register(limits.startMillis(), interrupted);
  }

  public FlatMemory memory() {
    return memory;
  }

  public GuestExports exports() {
    return exports;
  }

  /** Runs what initialises the module: data, tables, the start section. First call. */
  public void initialize() {
    instance.initialize(false);
  }

  /**
   * As {@link #initialize} and the start functions, from a snapshot of another instance that was
   * started.
   *
   * @return false when there is no room for its memory
   */
  boolean initialize(Snapshot started) {
    instance.initialize(false);
    if (!memory.replace(started.memory().clone())) {
      return false;
    }
    started.restore(instance);
    return true;
  }

  /** What the guest has written so far. Not while it runs. */
  Snapshot snapshot() {
    return Snapshot.of(instance, memory.bytes().clone());
  }

  /**
   * Goes on where another instance of the same module is, which is not used any more. This one is
   * initialised and was not called. Not while the guest runs.
   */
  public void continueFrom(WasmInstance former) {
    Snapshot.of(former.instance, former.memory.bytes()).restore(instance);
    memory.continueFrom(former.memory);
    CpuWatchdog.unregister(former.budget);
  }

  /** Calls an export without parameters, or with zeros, by name; for starting only. */
  public void start(String export) {
    int parameters = instance.exportType(export).params().size();
    instance.export(export).apply(new long[parameters]);
  }

  /** CPU time of each call from now on. */
  public void setBudgetMillis(long millis) {
    budget.setLimitMillis(millis);
  }

  /** A call into the guest begins. */
  public void enter() {
    budget.enter();
  }

  /** CPU time of the call that is ending; 0 for all but long ones. */
  public long spentNanos() {
    return budget.spentNanos();
  }

  /** The call has ended, normally or not. */
  public void leave() {
    if (interrupted) {
      budget.finish();
    } else {
      budget.leave();
    }
  }

  /** What ended a call, for people. */
  public String reason(Throwable failure) {
    return switch (failure) {
      case ChicoryInterruptedException _ -> CpuWatchdog.reason(budget);
      case GuestTrap trap -> String.valueOf(trap.getMessage());
      case StackOverflowError _ -> "call stack exhausted";
      case OutOfMemoryError _ -> "out of memory";
      case IndexOutOfBoundsException _ -> "out of bounds memory access";
      case ArithmeticException e -> String.valueOf(e.getMessage());
      case ChicoryException e -> String.valueOf(e.getMessage());
      default -> failure.toString();
    };
  }

  /** What ended a call, as a word for statistics. */
  public String kind(Throwable failure) {
    return switch (failure) {
      case ChicoryInterruptedException _ -> "cpu_budget";
      case GuestTrap trap -> trap.kind();
      case StackOverflowError _ -> "call_stack";
      case OutOfMemoryError _ -> "memory";
      case IndexOutOfBoundsException _ -> "out_of_bounds";
      case ArithmeticException _ -> "arithmetic";
      case ChicoryException _ -> "trap";
      default -> "host";
    };
  }

  /** Where the guest was when a call ended so, innermost first, as far as it is known. */
  public List<String> backtrace(Throwable failure) {
    return GuestTrace.of(failure, names);
  }

  /** The host functions that the guest called last, oldest first. */
  public List<String> lastHostCalls() {
    return Arrays.stream(memory.lastCalls()).mapToObj(names::ofImport).toList();
  }

  @Override
  public void close() {
    CpuWatchdog.unregister(budget);
    memory.release();
  }
}
