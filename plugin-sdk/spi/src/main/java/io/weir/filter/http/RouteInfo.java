package io.weir.filter.http;

import io.weir.filter.Metadata;
import org.jspecify.annotations.Nullable;

/** What filters of any runtime may know of a route. */
public interface RouteInfo {
  /** {@code Route.name}; empty when it has none. */
  String name();

  Metadata metadata();

  String virtualHostName();

  Metadata virtualHostMetadata();

  /** The cluster that the request goes to, or null for direct responses and redirects. */
  @Nullable String clusterName();
}
