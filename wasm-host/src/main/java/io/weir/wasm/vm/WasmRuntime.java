package io.weir.wasm.vm;

/** A way to run modules. */
public interface WasmRuntime {

  /** The name in statistics and listings. */
  String id();

  /**
   * Makes a module ready to be instantiated. Takes long: never on an event loop.
   *
   * @param sha256 of the code
   * @param code the module's bytes
   * @param info their scan
   * @throws UnsupportedModuleException when it cannot run here, with the reason
   */
  WasmModule compile(String sha256, byte[] code, ModuleInfo info, Capabilities capabilities)
      throws UnsupportedModuleException;
}
