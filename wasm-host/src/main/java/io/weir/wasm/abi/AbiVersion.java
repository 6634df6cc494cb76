package io.weir.wasm.abi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Versions of the ABI; a module declares one by exporting the marker. */
public enum AbiVersion {
  V0_1_0("proxy_abi_version_0_1_0"),
  V0_2_0("proxy_abi_version_0_2_0"),
  V0_2_1("proxy_abi_version_0_2_1");

  private final String marker;

  AbiVersion(String marker) {
    this.marker = marker;
  }

  /** The version that a module's exports declare, or null. */
  public static @Nullable AbiVersion of(Map<String, ?> exports) {
    for (AbiVersion version : values()) {
      if (exports.containsKey(version.marker)) {
        return version;
      }
    }
    return null;
  }
}
