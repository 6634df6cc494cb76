package io.weir.plugin.wasm;

import io.weir.plugin.SharedQueue;
import org.jspecify.annotations.Nullable;
import org.teavm.interop.Address;

/** {@code proxy_register_shared_queue} and what follows from it. */
final class GuestQueue implements SharedQueue {
  // The word that the host fills in.
  private static final byte[] ID = new byte[4];
  private static final Contexts<GuestQueue> OPEN = new Contexts<>();

  private final String name;
  private final int id;

  private GuestQueue(String name, int id) {
    this.name = name;
    this.id = id;
  }

  static GuestQueue open(String name) {
    byte[] bytes = Bytes.encode(name);
    Abi.registerQueue(Address.ofData(bytes), bytes.length, Address.ofData(ID));
    Address.pin(bytes);
    Address.pin(ID);
    var queue = new GuestQueue(name, Address.ofData(ID).getInt());
    OPEN.put(queue.id, queue);
    return queue;
  }

  /** The queue of that number; null when this VM did not open it. */
  static @Nullable GuestQueue of(int id) {
    return OPEN.get(id);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean add(String item) {
    byte[] bytes = Bytes.encode(item);
    int status = Abi.enqueue(id, Address.ofData(bytes), bytes.length);
    Address.pin(bytes);
    return status == Abi.OK;
  }

  @Override
  public @Nullable String poll() {
    int status = Abi.dequeue(id, Bytes.resultPointer(), Bytes.resultLength());
    byte[] item = Bytes.takeResult();
    return status == Abi.OK ? Bytes.decode(item) : null;
  }
}
