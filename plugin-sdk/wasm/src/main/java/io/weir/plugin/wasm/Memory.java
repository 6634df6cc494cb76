package io.weir.plugin.wasm;

import org.teavm.interop.Address;

/** {@code proxy_on_memory_allocate}, for the generated entry class. */
public final class Memory {
  private Memory() {}

  public static Address allocate(int length) {
    return Bytes.allocate(length);
  }
}
