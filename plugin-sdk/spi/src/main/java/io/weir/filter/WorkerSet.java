package io.weir.filter;

import java.util.List;

/** The proxy's workers, fixed at start. Thread-safe. */
public interface WorkerSet {
  List<Worker> all();

  default Worker get(int index) {
    return all().get(index);
  }
}
