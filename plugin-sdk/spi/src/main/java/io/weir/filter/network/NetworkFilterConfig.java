package io.weir.filter.network;

import io.weir.filter.Worker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One loaded configuration of a network filter; life time as {@code HttpFilterConfig}. */
public interface NetworkFilterConfig extends AutoCloseable {

  /** Completes when the configuration can serve. */
  default CompletionStage<Void> warm() {
    return CompletableFuture.completedStage(null);
  }

  /** Opens the configuration on a worker, on that worker's thread, before it is used there. */
  NetworkFilterWorker openWorker(Worker worker);

  @Override
  default void close() {}
}
