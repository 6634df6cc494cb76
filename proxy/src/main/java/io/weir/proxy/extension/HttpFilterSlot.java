package io.weir.proxy.extension;

import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.proxy.worker.Lease;
import org.jspecify.annotations.Nullable;

/** A place in an HTTP filter chain, filled by inline configuration or by ECDS. */
public interface HttpFilterSlot {
  /** The configured name, key of per-route configuration. */
  String name();

  /** Whether routes must enable the filter. */
  boolean disabled();

  /** Whether the filter ends the chain. */
  boolean terminal();

  /**
   * What streams of this worker use now, on that worker's thread; null when ECDS has not delivered
   * (the stream is answered 500, flag NFCF). A stream acquires the lease and releases it at its
   * end.
   */
  @Nullable Lease<HttpFilterWorker> get(Worker worker);

  /**
   * Opens the configuration on a worker before the chain is used there; on that worker's thread.
   */
  void openWorker(Worker worker);

  /** Takes the configuration out of use on a worker. */
  void closeWorker(Worker worker);

  /** The factory, null before ECDS has delivered. */
  @Nullable HttpFilterFactory factory();
}
