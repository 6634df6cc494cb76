package io.weir.xds;

import java.util.Optional;

/**
 * The kinds of xDS resources, in the order in which a server sends them so that nothing refers to
 * what a client does not have yet: clusters and their endpoints before the listeners and routes
 * that use them.
 */
public enum ResourceType {
  CLUSTER("envoy.config.cluster.v3.Cluster", true),
  ENDPOINT("envoy.config.endpoint.v3.ClusterLoadAssignment", false),
  SECRET("envoy.extensions.transport_sockets.tls.v3.Secret", false),
  EXTENSION_CONFIG("envoy.config.core.v3.TypedExtensionConfig", false),
  LISTENER("envoy.config.listener.v3.Listener", true),
  SCOPED_ROUTE("envoy.config.route.v3.ScopedRouteConfiguration", false),
  ROUTE("envoy.config.route.v3.RouteConfiguration", false),
  VIRTUAL_HOST("envoy.config.route.v3.VirtualHost", false),
  RUNTIME("envoy.service.runtime.v3.Runtime", false);

  /** What stands before the message name in a type URL. */
  public static final String TYPE_URL_PREFIX = "type.googleapis.com/";

  private final String messageName;
  private final String typeUrl;
  private final boolean wildcard;

  ResourceType(String messageName, boolean wildcard) {
    this.messageName = messageName;
    this.typeUrl = TYPE_URL_PREFIX + messageName;
    this.wildcard = wildcard;
  }

  public String typeUrl() {
    return typeUrl;
  }

  /** The full name of the resource's message. */
  public String messageName() {
    return messageName;
  }

  /**
   * Whether a subscription without names means all resources of this type (LDS and CDS), and
   * whether a state-of-the-world response always carries the full set.
   */
  public boolean wildcard() {
    return wildcard;
  }

  public static Optional<ResourceType> ofTypeUrl(String typeUrl) {
    for (ResourceType type : values()) {
      if (type.typeUrl.equals(typeUrl)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
