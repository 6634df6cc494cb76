package io.weir.wasm.abi;

import static io.weir.wasm.abi.WasmResult.BAD_ARGUMENT;
import static io.weir.wasm.abi.WasmResult.INVALID_MEMORY;
import static io.weir.wasm.abi.WasmResult.NOT_FOUND;
import static io.weir.wasm.abi.WasmResult.OK;

import io.weir.wasm.vm.HostFunction;

/** Contexts, time, logging and foreign functions. */
public final class ContextFunctions {
  private static final int CRITICAL = 5;

  private final HostVm vm;
  private final GuestIo io;

  public ContextFunctions(HostVm vm) {
    this.vm = vm;
    this.io = new GuestIo(vm);
  }

  @HostFunction("proxy_log")
  public int log(int level, int text, int length) {
    if (level < 0 || level > CRITICAL) {
      return BAD_ARGUMENT;
    }
    if (!io.valid(text, length)) {
      return INVALID_MEMORY;
    }
    vm.log(level, io.memory(), text, length);
    return OK;
  }

  @HostFunction("proxy_get_log_level")
  public int logLevel(int out) {
    if (!io.valid(out, 4)) {
      return INVALID_MEMORY;
    }
    io.writeInt(out, vm.logLevel());
    return OK;
  }

  @HostFunction("proxy_get_current_time_nanoseconds")
  public int currentTime(int out) {
    if (!io.valid(out, 8)) {
      return INVALID_MEMORY;
    }
    io.writeLong(out, vm.wallNanos());
    return OK;
  }

  @HostFunction("proxy_set_tick_period_milliseconds")
  public int setTickPeriod(int millis) {
    HostRoot root = vm.effective().root();
    return root == null ? BAD_ARGUMENT : root.setTickPeriod(millis);
  }

  @HostFunction("proxy_set_effective_context")
  public int setEffectiveContext(int id) {
    return vm.setEffective(id) ? OK : BAD_ARGUMENT;
  }

  @HostFunction("proxy_done")
  public int done() {
    HostRoot root = vm.effective().root();
    return root == null ? NOT_FOUND : root.done();
  }

  @HostFunction("proxy_call_foreign_function")
  public int callForeignFunction(
      int name, int nameLength, int argument, int argumentLength, int pointerOut, int sizeOut) {
    if (!io.valid(name, nameLength) || !io.valid(argument, argumentLength)) {
      return INVALID_MEMORY;
    }
    ForeignFunction function = vm.foreign(io.text(name, nameLength));
    if (function == null) {
      return NOT_FOUND;
    }
    var result = new ByteSink();
    int status = function.call(vm, io.bytes(argument, argumentLength), result);
    if (status != OK) {
      result.clear();
    }
    int given = giveOptional(result, pointerOut, sizeOut);
    return given == OK ? status : given;
  }

  /** A guest that does not want the result passes null pointers. */
  private int giveOptional(ByteSink result, int pointerOut, int sizeOut) {
    int pointer = 0;
    if (result.length() > 0 && pointerOut != 0) {
      pointer = vm.allocate(result.length());
      if (pointer == 0) {
        return INVALID_MEMORY;
      }
      System.arraycopy(result.bytes(), 0, io.memory(), pointer, result.length());
    }
    if (pointerOut != 0) {
      if (!io.valid(pointerOut, 4)) {
        return INVALID_MEMORY;
      }
      io.writeInt(pointerOut, pointer);
    }
    if (sizeOut != 0) {
      if (!io.valid(sizeOut, 4)) {
        return INVALID_MEMORY;
      }
      io.writeInt(sizeOut, result.length());
    }
    return OK;
  }

  /** Threads do not exist: every thread is the same. */
  @HostFunction("pthread_equal")
  public int pthreadEqual(int left, int right) {
    return left == right ? 1 : 0;
  }

  @HostFunction("emscripten_notify_memory_growth")
  public void notifyMemoryGrowth(int memory) {
    // The memory is looked up at each access.
  }
}
