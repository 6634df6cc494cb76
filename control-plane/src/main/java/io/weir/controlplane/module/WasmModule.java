package io.weir.controlplane.module;

/**
 * A module that was checked.
 *
 * @param sha256 of the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // compared by its digest, never by the array
record WasmModule(String sha256, byte[] bytes) {

  static WasmModule of(byte[] bytes) {
    return new WasmModule(Digests.sha256(bytes), bytes);
  }
}
