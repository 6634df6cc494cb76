package io.weir.plugin.wasm;

import io.weir.plugin.SharedData;
import org.jspecify.annotations.Nullable;
import org.teavm.interop.Address;

/** {@code proxy_get_shared_data} and {@code proxy_set_shared_data}. */
final class GuestSharedData implements SharedData {
  static final GuestSharedData INSTANCE = new GuestSharedData();

  // The word that the host fills in.
  private static final byte[] CAS = new byte[4];

  private GuestSharedData() {}

  @Override
  public @Nullable Entry get(String key) {
    byte[] name = Bytes.encode(key);
    int status =
        Abi.getSharedData(
            Address.ofData(name),
            name.length,
            Bytes.resultPointer(),
            Bytes.resultLength(),
            Address.ofData(CAS));
    Address.pin(name);
    Address.pin(CAS);
    byte[] value = Bytes.takeResult();
    return status == Abi.OK ? new Entry(Bytes.decode(value), Address.ofData(CAS).getInt()) : null;
  }

  @Override
  public void set(String key, String value) {
    write(key, value, 0);
  }

  @Override
  public boolean replace(String key, String value, int version) {
    return write(key, value, version) == Abi.OK;
  }

  private static int write(String key, String value, int version) {
    byte[] name = Bytes.encode(key);
    byte[] bytes = Bytes.encode(value);
    int status =
        Abi.setSharedData(
            Address.ofData(name), name.length, Address.ofData(bytes), bytes.length, version);
    Address.pin(name);
    Address.pin(bytes);
    return status;
  }
}
