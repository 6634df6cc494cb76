package io.weir.proxy.filter.setfilterstate;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes filters that set objects of a request's filter state. */
public final class SetFilterStateFilterFactory implements HttpFilterFactory {

  /** One configuration, the filter's own or a route's. */
  record StateValues(List<StateValue> values, boolean clearRouteCache) implements RouteConfig {}

  @Override
  public String name() {
    return "envoy.filters.http.set_filter_state";
  }

  @Override
  public List<String> configTypes() {
    return List.of(Config.getDescriptor().getFullName());
  }

  @Override
  public boolean upstream() {
    return true;
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    StateValues own = values(config, context);
    return own == null ? null : _ -> callbacks -> new SetFilterStateFilter(callbacks, own);
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    return values(config, context);
  }

  private static @Nullable StateValues values(Any config, FactoryContext context) {
    Config message = context.unpack(config, Config.getDefaultInstance());
    if (message == null) {
      return null;
    }
    int before = context.problems().count();
    List<StateValue> values =
        StateValue.load(message.getOnRequestHeadersList(), context, "on_request_headers");
    boolean clear = Boolean.TRUE.equals(context.field(message, "clear_route_cache"));
    return context.problems().count() > before ? null : new StateValues(List.copyOf(values), clear);
  }
}
