package io.weir.filter.http;

import io.weir.filter.Worker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One loaded configuration of an HTTP filter. Made and closed on the control thread; closed after
 * the last worker's part of it was closed.
 */
public interface HttpFilterConfig extends AutoCloseable {

  /**
   * Fetches and compiles what the configuration needs. The old configuration serves until the stage
   * completes; if it fails, the new one is refused with the exception's message.
   */
  default CompletionStage<Void> warm() {
    return CompletableFuture.completedStage(null);
  }

  /** Opens the configuration on a worker, on that worker's thread, before it is used there. */
  HttpFilterWorker openWorker(Worker worker);

  @Override
  default void close() {}
}
