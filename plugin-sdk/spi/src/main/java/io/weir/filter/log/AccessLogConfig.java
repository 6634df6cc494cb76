package io.weir.filter.log;

import io.weir.filter.Worker;

/** One loaded configuration of an access logger; life time as {@code HttpFilterConfig}. */
public interface AccessLogConfig extends AutoCloseable {

  /** Opens the logger on a worker, on that worker's thread. */
  AccessLogger openWorker(Worker worker);

  @Override
  default void close() {}
}
