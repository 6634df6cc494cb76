package io.weir.proxy.filter.statefulsession;

import io.weir.filter.http.RouteConfig;
import org.jspecify.annotations.Nullable;

/**
 * A {@code StatefulSession}, of the filter or of a route.
 *
 * @param reader null where there are no sessions
 * @param strict whether only the session's host will do
 */
record SessionSettings(SessionState.@Nullable Reader reader, boolean strict)
    implements RouteConfig {
  static final SessionSettings NONE = new SessionSettings(null, false);
}
