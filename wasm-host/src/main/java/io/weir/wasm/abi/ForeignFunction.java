package io.weir.wasm.abi;

/** A function that a guest calls by name. */
@FunctionalInterface
public interface ForeignFunction {
  /**
   * @param vm the calling VM
   * @param argument the guest's bytes
   * @param result where to put the answer
   * @return a {@link WasmResult}
   */
  int call(HostVm vm, byte[] argument, ByteSink result);
}
