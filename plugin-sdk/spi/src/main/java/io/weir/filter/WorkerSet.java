package io.weir.filter;

import java.util.List;

/** The proxy's workers, fixed at start. Thread-safe. */
public interface WorkerSet {
  List<Worker> all();

  default Worker get(int index) {
    return all().get(index);
  }

  /** Makes a value on every worker before it is needed, so that its statistics show from then. */
  default void prepare(WorkerLocal<?> key) {
    all().forEach(worker -> worker.execute(() -> worker.local(key)));
  }
}
