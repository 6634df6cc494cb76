package io.weir.proxy.cluster;

import org.jspecify.annotations.Nullable;

/** Chooses hosts for one cluster on one worker. */
public interface LoadBalancer {

  /** A host, or null when there is none to choose. */
  @Nullable Host choose(LoadBalancerContext context);

  /**
   * The hosts have changed.
   *
   * @param prepared what {@link LoadBalancerPolicy#prepare} made of them
   */
  void update(HostSets hosts, @Nullable Object prepared);
}
