package io.weir.wasm.property;

import io.weir.filter.FilterState;
import java.nio.charset.StandardCharsets;

/**
 * What a guest stored with {@code set_property}, in filter state. The bytes may be changed by a
 * later call.
 */
public final class StoredProperty implements FilterState.Serializable {
  private byte[] bytes;

  public StoredProperty(byte[] bytes) {
    this.bytes = bytes;
  }

  public byte[] bytes() {
    return bytes;
  }

  public void replace(byte[] newBytes) {
    bytes = newBytes;
  }

  @Override
  public String serializeAsString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
