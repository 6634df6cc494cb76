package io.weir.controlplane.patch;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;

/** What kind of object a patch changes; {@code spec.configPatches[].applyTo}. */
public enum ApplyTo {
  LISTENER(Target.LISTENER),
  FILTER_CHAIN(Target.LISTENER),
  LISTENER_FILTER(Target.LISTENER),
  NETWORK_FILTER(Target.LISTENER),
  HTTP_FILTER(Target.LISTENER),
  ROUTE_CONFIGURATION(Target.ROUTE),
  VIRTUAL_HOST(Target.ROUTE),
  HTTP_ROUTE(Target.ROUTE),
  CLUSTER(Target.CLUSTER),
  EXTENSION_CONFIG(Target.NONE),
  BOOTSTRAP(Target.NONE);

  /** Which match object belongs to it. */
  enum Target {
    LISTENER,
    ROUTE,
    CLUSTER,
    NONE
  }

  private final Target target;

  ApplyTo(Target target) {
    this.target = target;
  }

  Target target() {
    return target;
  }

  /** Whether objects of this kind are found by their name in a list of filters. */
  boolean isFilter() {
    return this == LISTENER_FILTER || this == NETWORK_FILTER || this == HTTP_FILTER;
  }

  /** The message that a patch's value is. */
  Message prototype() {
    return switch (this) {
      case LISTENER -> Listener.getDefaultInstance();
      case FILTER_CHAIN -> FilterChain.getDefaultInstance();
      case LISTENER_FILTER -> ListenerFilter.getDefaultInstance();
      case NETWORK_FILTER -> Filter.getDefaultInstance();
      case HTTP_FILTER -> HttpFilter.getDefaultInstance();
      case ROUTE_CONFIGURATION -> RouteConfiguration.getDefaultInstance();
      case VIRTUAL_HOST -> VirtualHost.getDefaultInstance();
      case HTTP_ROUTE -> Route.getDefaultInstance();
      case CLUSTER -> Cluster.getDefaultInstance();
      case EXTENSION_CONFIG -> TypedExtensionConfig.getDefaultInstance();
      case BOOTSTRAP -> Bootstrap.getDefaultInstance();
    };
  }
}
