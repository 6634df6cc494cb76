package io.weir.proxy.pool;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.Protocol;
import io.weir.filter.http.HeaderMap;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.WorkerCluster;
import org.jspecify.annotations.Nullable;

/** A cluster to whose hosts HTTP streams can be opened. */
public interface StreamingCluster extends WorkerCluster {

  /** A host, or null when there is none. */
  @Nullable Host choose(LoadBalancerContext context);

  /**
   * The pool for requests to a host.
   *
   * @param connection the downstream connection, null without one
   * @param downstream what the downstream speaks, null without one
   * @param request the request, which may tell the server name to ask for; null for none
   * @return null when there are too many pools
   */
  @Nullable HttpPool pool(
      Host host,
      boolean highPriority,
      @Nullable ConnectionInfo connection,
      @Nullable Protocol downstream,
      @Nullable HeaderMap request);
}
