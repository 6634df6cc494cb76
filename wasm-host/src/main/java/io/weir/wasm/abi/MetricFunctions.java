package io.weir.wasm.abi;

import static io.weir.wasm.abi.WasmResult.BAD_ARGUMENT;
import static io.weir.wasm.abi.WasmResult.INTERNAL_FAILURE;
import static io.weir.wasm.abi.WasmResult.INVALID_MEMORY;
import static io.weir.wasm.abi.WasmResult.OK;

import io.weir.wasm.vm.HostFunction;

/** Metrics of the guest's own. */
public final class MetricFunctions {
  private final HostVm vm;
  private final GuestIo io;

  public MetricFunctions(HostVm vm) {
    this.vm = vm;
    this.io = new GuestIo(vm);
  }

  @HostFunction("proxy_define_metric")
  public int define(int type, int name, int nameLength, int idOut) {
    if (type < 0 || type > MetricTable.HISTOGRAM) {
      return BAD_ARGUMENT;
    }
    if (!io.valid(name, nameLength) || !io.valid(idOut, 4)) {
      return INVALID_MEMORY;
    }
    int id = vm.metrics().define(type, io.text(name, nameLength));
    if (id < 0) {
      vm.tripped("metrics_refused");
      return INTERNAL_FAILURE;
    }
    io.writeInt(idOut, id);
    return OK;
  }

  @HostFunction("proxy_increment_metric")
  public int increment(int id, long offset) {
    return vm.metrics().increment(id, offset);
  }

  @HostFunction("proxy_record_metric")
  public int record(int id, long value) {
    return vm.metrics().record(id, value);
  }

  @HostFunction("proxy_get_metric")
  public int get(int id, int out) {
    int status = vm.metrics().check(id);
    if (status != OK) {
      return status;
    }
    if (!io.valid(out, 8)) {
      return INVALID_MEMORY;
    }
    io.writeLong(out, vm.metrics().value(id));
    return OK;
  }
}
