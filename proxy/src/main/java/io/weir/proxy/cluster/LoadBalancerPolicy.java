package io.weir.proxy.cluster;

import io.weir.filter.Worker;
import org.jspecify.annotations.Nullable;

/** A load-balancing policy with its settings. Immutable. */
public interface LoadBalancerPolicy {

  /** The policy's canonical name. */
  String name();

  /** Makes a worker's balancer; {@link LoadBalancer#update} is called before its first choice. */
  LoadBalancer open(Worker worker, ClusterStats stats);

  /**
   * Does work that all workers share whenever hosts change: tables of consistent hashing. Called on
   * the control thread.
   */
  default @Nullable Object prepare(HostSets hosts) {
    return null;
  }

  /**
   * What is to be told of a new host's answers; null when the policy does not care.
   *
   * @param now monotonic, nanoseconds
   */
  default @Nullable HostFeedback feedback(int workers, long now) {
    return null;
  }

  /**
   * Whether a choice may be made before the request that it is for, so that connections are made
   * ahead ({@code predictive_preconnect_ratio}).
   */
  default boolean foresees() {
    return false;
  }
}
