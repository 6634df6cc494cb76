package io.weir.filter.log;

import io.weir.filter.Worker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One loaded configuration of an access logger; life time as {@code HttpFilterConfig}. */
public interface AccessLogConfig extends AutoCloseable {

  /** Completes when the configuration can log; as {@code HttpFilterConfig.warm}. */
  default CompletionStage<Void> warm() {
    return CompletableFuture.completedStage(null);
  }

  /** Opens the logger on a worker, on that worker's thread. */
  AccessLogger openWorker(Worker worker);

  @Override
  default void close() {}
}
