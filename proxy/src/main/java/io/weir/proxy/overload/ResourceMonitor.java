package io.weir.proxy.overload;

import io.weir.filter.Worker;
import java.io.IOException;
import java.util.List;

/** Measures one resource. Used on the control thread. */
interface ResourceMonitor {
  /** Begins to measure. */
  default void start(List<? extends Worker> workers) {}

  /**
   * The share of the resource that is in use; 1 is all of it.
   *
   * @throws IOException when it cannot be told now; the last answer stays
   */
  double pressure() throws IOException;

  default void close() {}
}
