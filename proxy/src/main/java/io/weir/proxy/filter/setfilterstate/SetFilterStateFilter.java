package io.weir.proxy.filter.setfilterstate;

import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.filter.setfilterstate.SetFilterStateFilterFactory.StateValues;
import io.weir.proxy.formatter.FormatContext;
import java.util.List;

/** Sets the filter's own objects, then those of each level of the route, general ones first. */
final class SetFilterStateFilter implements HttpFilter {
  private final HttpFilterCallbacks callbacks;
  private final StateValues own;

  SetFilterStateFilter(HttpFilterCallbacks callbacks, StateValues own) {
    this.callbacks = callbacks;
    this.own = own;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    FormatContext context = FormatContext.ofStream(headers, null, callbacks.streamInfo());
    boolean clear = apply(own, context);
    List<RouteConfig> levels = callbacks.routeConfigs();
    for (int i = 0; i < levels.size(); i++) {
      if (levels.get(i) instanceof StateValues level) {
        clear |= apply(level, context);
      }
    }
    if (clear && !callbacks.upstream()) {
      callbacks.clearRouteCache();
    }
    return FilterHeadersStatus.CONTINUE;
  }

  private static boolean apply(StateValues values, FormatContext context) {
    for (int i = 0; i < values.values().size(); i++) {
      values.values().get(i).apply(context, LifeSpan.FILTER_CHAIN);
    }
    return values.clearRouteCache();
  }
}
