package io.weir.proxy.upstream;

import io.weir.proxy.cluster.LoadBalancerContext;
import java.net.InetSocketAddress;

/** Where requests themselves say they go: their hosts are made as they are asked for. */
interface RequestedHosts {

  /** What a request asks for. */
  sealed interface Choice {}

  /**
   * A host.
   *
   * @param key what tells hosts apart
   * @param hostname may be empty
   */
  record Found(String key, InetSocketAddress address, String hostname) implements Choice {}

  /** A name was given that is no address. */
  record Invalid() implements Choice {}

  record None() implements Choice {}

  /** Any worker. */
  Choice choose(LoadBalancerContext context);

  /** How often hosts that nobody has used are dropped. */
  long cleanupMillis();
}
