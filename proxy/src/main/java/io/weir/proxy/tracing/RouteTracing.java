package io.weir.proxy.tracing;

import io.weir.filter.http.RouteConfig;
import java.util.List;

/**
 * {@code tracing} of a route: its shares in place of the connection manager's, and its own tags.
 */
public record RouteTracing(Sampling sampling, List<CustomTag> customTags) implements RouteConfig {
  public RouteTracing {
    customTags = List.copyOf(customTags);
  }
}
