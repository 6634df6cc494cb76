package io.weir.proxy.loadbalancer;

import io.weir.filter.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code lb_subset_config}. Immutable.
 *
 * @param defaultSubset the criteria of the default subset
 * @param listAsAny whether a host's list matches by any of its elements
 */
record SubsetSettings(
    Fallback fallback,
    Value.MapValue defaultSubset,
    List<Selector> selectors,
    boolean localityWeightAware,
    boolean scaleLocalityWeight,
    boolean panicModeAny,
    boolean listAsAny,
    boolean metadataFallback) {

  /** What happens when no subset fits. */
  enum Fallback {
    NOT_DEFINED,
    NO_FALLBACK,
    ANY_ENDPOINT,
    DEFAULT_SUBSET,
    KEYS_SUBSET
  }

  /**
   * Keys that make subsets.
   *
   * @param keys sorted
   * @param fallbackKeys the keys that are kept for another look
   */
  record Selector(
      List<String> keys, boolean singleHost, Fallback fallback, List<String> fallbackKeys) {
    Selector {
      keys = keys.stream().sorted().distinct().toList();
      fallbackKeys = fallbackKeys.stream().sorted().distinct().toList();
    }
  }

  SubsetSettings {
    selectors = List.copyOf(selectors);
  }

  /** The selector with exactly these sorted keys. */
  @Nullable Selector find(List<String> keys) {
    for (Selector selector : selectors) {
      if (selector.keys.equals(keys)) {
        return selector;
      }
    }
    return null;
  }
}
