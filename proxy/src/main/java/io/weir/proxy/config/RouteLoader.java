package io.weir.proxy.config;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.route.RouteTable;
import org.jspecify.annotations.Nullable;

/** Compiles route configurations. */
public interface RouteLoader {
  /**
   * Compiles one.
   *
   * @param validateClusters whether clusters must exist when the message does not say: true for
   *     routes inside a static listener, false for RDS
   * @return null when problems were reported
   */
  @Nullable RouteTable load(
      RouteConfiguration config, LoadContext context, boolean validateClusters);
}
