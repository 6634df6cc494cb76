package io.weir.proxy.network;

import io.weir.filter.Value;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that a TCP proxy may choose.
 *
 * @param weight its share among several
 * @param subset {@code metadata_match}'s criteria for subsets, or null
 */
record TcpRoute(String cluster, long weight, Value.@Nullable MapValue subset) {}
