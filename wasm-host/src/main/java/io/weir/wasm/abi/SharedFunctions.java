package io.weir.wasm.abi;

import static io.weir.wasm.abi.WasmResult.CAS_MISMATCH;
import static io.weir.wasm.abi.WasmResult.EMPTY;
import static io.weir.wasm.abi.WasmResult.INTERNAL_FAILURE;
import static io.weir.wasm.abi.WasmResult.INVALID_MEMORY;
import static io.weir.wasm.abi.WasmResult.NOT_FOUND;
import static io.weir.wasm.abi.WasmResult.OK;

import io.weir.wasm.shared.SharedData;
import io.weir.wasm.shared.SharedQueues;
import io.weir.wasm.vm.HostFunction;

/** Shared data and queues. */
public final class SharedFunctions {
  private final HostVm vm;
  private final GuestIo io;

  public SharedFunctions(HostVm vm) {
    this.vm = vm;
    this.io = new GuestIo(vm);
  }

  @HostFunction("proxy_get_shared_data")
  public int get(int key, int keyLength, int pointerOut, int sizeOut, int casOut) {
    if (!io.valid(key, keyLength)) {
      return INVALID_MEMORY;
    }
    SharedData.Entry entry = vm.shared().data().get(vm.vmId(), io.text(key, keyLength));
    if (entry == null) {
      return NOT_FOUND;
    }
    if (!io.valid(casOut, 4)) {
      return INVALID_MEMORY;
    }
    byte[] value = entry.value();
    int status = io.give(value, 0, value.length, pointerOut, sizeOut);
    if (status == OK) {
      io.writeInt(casOut, entry.cas());
    }
    return status;
  }

  @HostFunction("proxy_set_shared_data")
  public int set(int key, int keyLength, int value, int valueLength, int cas) {
    if (!io.valid(key, keyLength) || !io.valid(value, valueLength)) {
      return INVALID_MEMORY;
    }
    SharedData.Outcome outcome =
        vm.shared()
            .data()
            .set(vm.vmId(), io.text(key, keyLength), io.bytes(value, valueLength), cas);
    return switch (outcome) {
      case STORED -> OK;
      case CAS_MISMATCH -> CAS_MISMATCH;
      case QUOTA -> refused("shared_data_refused");
    };
  }

  @HostFunction("proxy_register_shared_queue")
  public int register(int name, int nameLength, int idOut) {
    if (!io.valid(name, nameLength) || !io.valid(idOut, 4)) {
      return INVALID_MEMORY;
    }
    HostRoot root = vm.effective().root();
    if (root == null) {
      return INTERNAL_FAILURE;
    }
    io.writeInt(idOut, root.registerQueue(io.text(name, nameLength)));
    return OK;
  }

  @HostFunction("proxy_resolve_shared_queue")
  public int resolve(int vmId, int vmIdLength, int name, int nameLength, int idOut) {
    if (!io.valid(vmId, vmIdLength) || !io.valid(name, nameLength)) {
      return INVALID_MEMORY;
    }
    String owner = vmIdLength == 0 ? vm.vmId() : io.text(vmId, vmIdLength);
    int id = vm.shared().queues().resolve(owner, io.text(name, nameLength));
    if (id == SharedQueues.UNKNOWN) {
      return NOT_FOUND;
    }
    if (!io.valid(idOut, 4)) {
      return INVALID_MEMORY;
    }
    io.writeInt(idOut, id);
    return OK;
  }

  @HostFunction("proxy_enqueue_shared_queue")
  public int enqueue(int id, int value, int valueLength) {
    if (!io.valid(value, valueLength)) {
      return INVALID_MEMORY;
    }
    return switch (vm.shared().queues().enqueue(id, io.bytes(value, valueLength))) {
      case STORED -> OK;
      case UNKNOWN -> NOT_FOUND;
      case FULL -> refused("queue_entries_refused");
    };
  }

  private int refused(String limit) {
    vm.tripped(limit);
    return INTERNAL_FAILURE;
  }

  @HostFunction("proxy_dequeue_shared_queue")
  public int dequeue(int id, int pointerOut, int sizeOut) {
    SharedQueues queues = vm.shared().queues();
    if (!queues.exists(id)) {
      return NOT_FOUND;
    }
    byte[] value = queues.dequeue(id);
    return value == null ? EMPTY : io.give(value, 0, value.length, pointerOut, sizeOut);
  }
}
