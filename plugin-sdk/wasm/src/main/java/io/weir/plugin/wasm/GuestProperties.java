package io.weir.plugin.wasm;

import org.jspecify.annotations.Nullable;
import org.teavm.interop.Address;

/** {@code proxy_get_property}. */
final class GuestProperties {
  private GuestProperties() {}

  static @Nullable String get(String[] path) {
    byte[] key = Bytes.encode(String.join("\0", path));
    int status =
        Abi.getProperty(
            Address.ofData(key), key.length, Bytes.resultPointer(), Bytes.resultLength());
    Address.pin(key);
    byte[] value = Bytes.takeResult();
    return status == Abi.OK ? Bytes.decode(value) : null;
  }
}
