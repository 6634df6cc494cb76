package io.weir.proxy.router;

import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
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
}
