package io.weir.controlplane.patch;

/** What a patch does with its value. */
public enum Operation {
  MERGE,
  ADD,
  REMOVE,
  INSERT_BEFORE,
  INSERT_AFTER,
  INSERT_FIRST,
  REPLACE,
  MERGE_AND_REPLACE_LIST;

  boolean isMerge() {
    return this == MERGE || this == MERGE_AND_REPLACE_LIST;
  }

  boolean isInsert() {
    return this == INSERT_BEFORE || this == INSERT_AFTER || this == INSERT_FIRST;
  }

  /**
   * What Istio makes of this operation for objects of a kind: relative inserts mean an ADD where
   * the order of objects has no meaning.
   */
  Operation effectiveFor(ApplyTo applyTo) {
    return isInsert() && !applyTo.isFilter() && applyTo != ApplyTo.HTTP_ROUTE ? ADD : this;
  }

  /** Whether Istio's engine does anything for this combination; the rest it accepts in silence. */
  boolean worksOn(ApplyTo applyTo) {
    return switch (applyTo) {
      case LISTENER, FILTER_CHAIN, CLUSTER, HTTP_ROUTE -> effectiveFor(applyTo) != REPLACE;
      case LISTENER_FILTER, NETWORK_FILTER, HTTP_FILTER, VIRTUAL_HOST -> true;
      case ROUTE_CONFIGURATION -> isMerge();
      case EXTENSION_CONFIG -> effectiveFor(applyTo) == ADD;
      case BOOTSTRAP -> false;
    };
  }
}
