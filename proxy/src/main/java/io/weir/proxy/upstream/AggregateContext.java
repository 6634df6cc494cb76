package io.weir.proxy.upstream;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.PriorityLoad;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A choice within one cluster of an aggregate: the priority is chosen already.
 *
 * @param degraded whether degraded hosts are meant
 */
record AggregateContext(LoadBalancerContext outer, int priority, boolean degraded)
    implements LoadBalancerContext {
  private static final int ALL = 100;

  @Override
  public PriorityLoad priorityLoad(HostSets hosts) {
    int count = hosts.priorities().size();
    int[] chosen = new int[count];
    int[] none = new int[count];
    if (priority < count) {
      chosen[priority] = ALL;
    }
    return degraded ? hosts.load().with(none, chosen) : hosts.load().with(chosen, none);
  }

  @Override
  public @Nullable Long hashKey() {
    return outer.hashKey();
  }

  @Override
  public Value.@Nullable MapValue subsetCriteria() {
    return outer.subsetCriteria();
  }

  @Override
  public @Nullable String overrideHost() {
    return outer.overrideHost();
  }

  @Override
  public boolean overrideHostStrict() {
    return outer.overrideHostStrict();
  }

  @Override
  public @Nullable HeaderMap requestHeaders() {
    return outer.requestHeaders();
  }

  @Override
  public @Nullable ConnectionInfo downstream() {
    return outer.downstream();
  }

  @Override
  public boolean shouldSelectAnotherHost(Host host) {
    return outer.shouldSelectAnotherHost(host);
  }

  @Override
  public int hostSelectionRetryCount() {
    return outer.hostSelectionRetryCount();
  }

  @Override
  public @Nullable SocketAddress originalDestination() {
    return outer.originalDestination();
  }

  @Override
  public @Nullable StreamInfo streamInfo() {
    return outer.streamInfo();
  }

  @Override
  public int attempt() {
    return outer.attempt();
  }
}
