package io.weir.wasm.shared;

/** All that guests share in one process. Thread-safe. */
public final class SharedSpace {
  private final SharedData data = new SharedData();
  private final SharedQueues queues = new SharedQueues();

  public SharedData data() {
    return data;
  }

  public SharedQueues queues() {
    return queues;
  }

  /** The last VM of that id is gone; what it shared goes too. */
  public void drop(String vmId) {
    data.drop(vmId);
    queues.drop(vmId);
  }
}
