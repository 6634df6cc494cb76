package io.weir.wasm.context;

import io.weir.wasm.abi.ByteSink;
import io.weir.wasm.abi.HostContext;
import io.weir.wasm.abi.HostRoot;
import io.weir.wasm.abi.WasmResult;
import org.jspecify.annotations.Nullable;

/** Context 0: the VM itself, before and between callbacks. */
final class VmContext extends HostContext {
  private final WasmVm vm;

  VmContext(WasmVm vm) {
    this.vm = vm;
  }

  @Override
  public int id() {
    return 0;
  }

  @Override
  public @Nullable HostRoot root() {
    return null;
  }

  @Override
  public int property(byte[] path, int offset, int length, ByteSink out) {
    if (new String(path, offset, length, java.nio.charset.StandardCharsets.UTF_8)
        .equals("plugin_vm_id")) {
      out.put(vm.vmId());
      return WasmResult.OK;
    }
    return WasmResult.NOT_FOUND;
  }
}
