package io.weir.proxy.stats;

import io.weir.filter.Stats.HistogramUnit;

/**
 * A registered statistic.
 *
 * @param suffix the name below the scope's prefix
 * @param cell index of its cell; for histograms, of its recorder
 * @param onUse whether it is not shown before it was used
 */
record Stat(String suffix, StatKind kind, HistogramUnit unit, int cell, boolean onUse) {
  // A name is one kind in Envoy too; here a second kind of the same name is kept apart.
  boolean is(StatKind wanted, String name) {
    return kind == wanted && suffix.equals(name);
  }
}
