package io.weir.proxy.config;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.route.RouteTable;
import org.jspecify.annotations.Nullable;

/** Compiles a route configuration that RDS delivered. */
public interface RouteLoader {
  /** Null when problems were reported. */
  @Nullable RouteTable load(RouteConfiguration config, LoadContext context);
}
