package io.weir.filter.http;

import org.jspecify.annotations.Nullable;

/**
 * One configuration on one worker: VM, script globals, statistics handles. Used and closed on that
 * worker only; closed after its last stream ended.
 */
public interface HttpFilterWorker extends AutoCloseable {

  /**
   * A filter for one stream. Called when the stream's chain is built, with the route known then.
   *
   * @return the filter, or null to stay out of this stream
   */
  @Nullable HttpFilter newFilter(HttpFilterCallbacks callbacks);

  @Override
  default void close() {}
}
