package io.weir.proxy.filter.rbac;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes RBAC filters for requests. */
public final class RbacFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.rbac";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.http.rbac.v3.RBAC",
        "envoy.extensions.filters.http.rbac.v3.RBACPerRoute");
  }

  @Override
  public boolean upstream() {
    return true;
  }

  @Override
  public boolean authorizes() {
    return true;
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    RBAC message = context.unpack(config, RBAC.getDefaultInstance());
    RbacSettings settings = message == null ? null : RbacSettings.load(message, context);
    if (settings == null) {
      return null;
    }
    return worker -> {
      settings.openWorker(worker);
      return callbacks -> new RbacFilter(callbacks, settings);
    };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    RBACPerRoute message = context.unpack(config, RBACPerRoute.getDefaultInstance());
    return message == null ? null : RbacSettings.load(message.getRbac(), context);
  }
}
