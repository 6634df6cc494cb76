package io.weir.plugin.wasm;

import io.weir.plugin.Metric;
import org.teavm.interop.Address;

/** {@code proxy_define_metric} and what follows from it. */
final class GuestMetric implements Metric {
  static final int COUNTER = 0;
  static final int GAUGE = 1;
  static final int HISTOGRAM = 2;

  // The word that the host fills in.
  private static final byte[] ID = new byte[4];

  private final int id;

  GuestMetric(int type, String name) {
    byte[] bytes = Bytes.encode(name);
    Abi.defineMetric(type, Address.ofData(bytes), bytes.length, Address.ofData(ID));
    Address.pin(bytes);
    Address.pin(ID);
    id = Address.ofData(ID).getInt();
  }

  @Override
  public void add(long amount) {
    Abi.incrementMetric(id, amount);
  }

  @Override
  public void record(long value) {
    Abi.recordMetric(id, value);
  }
}
