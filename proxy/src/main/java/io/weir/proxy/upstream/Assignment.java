package io.weir.proxy.upstream;

import io.weir.filter.NodeInfo.Locality;
import io.weir.proxy.cluster.Endpoint;
import java.util.List;
import java.util.Map;

/**
 * The endpoints of a cluster as configuration or discovery gives them. Immutable.
 *
 * @param localityWeights by priority, for localities that have a weight
 * @param overprovisioning percent
 * @param dropPercent share of requests that is dropped by {@code drop_overloads}
 */
public record Assignment(
    List<Endpoint> endpoints,
    List<Map<Locality, Integer>> localityWeights,
    int overprovisioning,
    boolean weightedHealth,
    double dropPercent,
    long staleAfterMillis) {
  static final int DEFAULT_OVERPROVISIONING = 140;
  static final Assignment EMPTY = of(List.of());

  public Assignment {
    endpoints = List.copyOf(endpoints);
    localityWeights = List.copyOf(localityWeights);
  }

  static Assignment of(List<Endpoint> endpoints) {
    return new Assignment(endpoints, List.of(), DEFAULT_OVERPROVISIONING, false, 0, 0);
  }

  /** The same with other endpoints, for names that were resolved. */
  Assignment with(List<Endpoint> resolved) {
    return new Assignment(
        resolved, localityWeights, overprovisioning, weightedHealth, dropPercent, staleAfterMillis);
  }

  Map<Locality, Integer> weights(int priority) {
    return priority < localityWeights.size() ? localityWeights.get(priority) : Map.of();
  }
}
