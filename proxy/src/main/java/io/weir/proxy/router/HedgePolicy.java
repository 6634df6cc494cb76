package io.weir.proxy.router;

import io.weir.proxy.extension.RuntimeFraction;
import org.jspecify.annotations.Nullable;

/**
 * {@code hedge_policy}. Immutable.
 *
 * @param additionalChance null for none
 */
record HedgePolicy(
    int initialRequests, @Nullable RuntimeFraction additionalChance, boolean onPerTryTimeout) {
  static final HedgePolicy NONE = new HedgePolicy(1, null, false);
}
