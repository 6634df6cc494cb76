package io.weir.proxy.filter.jwt;

import io.weir.filter.FilterState;
import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@code JwtAuthentication}.
 *
 * @param stateRule name of a filter state object that chooses a requirement, empty for none
 * @param setHeaders headers that only verified tokens may set
 * @param prefetched keys to fetch before requests come
 */
record JwtSettings(
    List<Rule> rules,
    String stateRule,
    Map<String, Requirement> stateRequirements,
    Map<String, Requirement> named,
    boolean bypassPreflight,
    boolean stripFailure,
    List<HeaderName> setHeaders,
    List<RemoteKeys> prefetched,
    String statPrefix) {

  /** A match and what it requires. */
  record Rule(RequestMatch match, Requirement requirement) {}

  /**
   * What a route says.
   *
   * @param requirementName null when the filter is disabled
   */
  record PerRoute(@Nullable String requirementName) implements RouteConfig {}

  /** The requirement of the first rule that matches; null when none does. */
  @Nullable Requirement find(HeaderMap headers, StreamInfo streamInfo) {
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).match.matches(headers)) {
        return rules.get(i).requirement;
      }
    }
    if (!stateRule.isEmpty()
        && streamInfo.filterState().get(stateRule) instanceof FilterState.Serializable object) {
      return stateRequirements.get(object.serializeAsString());
    }
    return null;
  }
}
