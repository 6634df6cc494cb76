package io.weir.proxy.cluster;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/** What a load balancer may know of the request or connection it chooses a host for. */
public interface LoadBalancerContext {
  LoadBalancerContext NONE = new LoadBalancerContext() {};

  /** The hash of the route's hash policy; null when there is none. */
  default @Nullable Long hashKey() {
    return null;
  }

  /**
   * The criteria of {@code metadata_match}, merged with dynamic metadata; null when there are none.
   */
  default Value.@Nullable MapValue subsetCriteria() {
    return null;
  }

  /** A host that a filter asked for, {@code ip:port}. */
  default @Nullable String overrideHost() {
    return null;
  }

  /** Whether only the override host will do. */
  default boolean overrideHostStrict() {
    return false;
  }

  /** Downstream request headers, null for TCP. */
  default @Nullable HeaderMap requestHeaders() {
    return null;
  }

  default @Nullable ConnectionInfo downstream() {
    return null;
  }

  /** Whether a host that was chosen will not do, as retry host predicates say. */
  default boolean shouldSelectAnotherHost(Host host) {
    return false;
  }

  /** How often another host is chosen when {@link #shouldSelectAnotherHost} says so. */
  default int hostSelectionRetryCount() {
    return 0;
  }

  /** The shares of priorities to use, as a retry priority changes them. */
  default PriorityLoad priorityLoad(HostSets hosts) {
    return hosts.load();
  }

  /** Where the downstream connection wanted to go, for clusters of original destinations. */
  default java.net.@Nullable SocketAddress originalDestination() {
    return null;
  }

  /** The stream, or connection, that a host is chosen for; null when there is none. */
  default io.weir.filter.@Nullable StreamInfo streamInfo() {
    return null;
  }

  /** Which try this is, from 1. */
  default int attempt() {
    return 1;
  }
}
