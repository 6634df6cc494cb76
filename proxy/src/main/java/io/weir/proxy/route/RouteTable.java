package io.weir.proxy.route;

import io.weir.filter.Metadata;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@code RouteConfiguration}. Immutable, shared by all workers; a stream keeps the one
 * it started with.
 */
public interface RouteTable {
  String name();

  /**
   * The route for a request.
   *
   * @param random a number for weighted clusters and runtime fractions, fixed per stream
   * @return null when no virtual host or route matches
   */
  @Nullable Route route(HeaderMap headers, StreamInfo streamInfo, long random);

  /** The metadata of a request's virtual host, whether or not one of its routes matches. */
  default Metadata virtualHostMetadata(HeaderMap headers) {
    return Metadata.EMPTY;
  }

  /** Headers that only internal requests keep ({@code internal_only_headers}). */
  default List<HeaderName> internalOnlyHeaders() {
    return List.of();
  }

  /** Prepares the table on a worker, on its thread; per-route filters are prepared already. */
  default void openWorker(Worker worker) {}

  /** Releases what the table holds, after the last stream that used it has ended. */
  default void close() {}
}
