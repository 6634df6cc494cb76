package io.weir.proxy.filter.customresponse;

import io.weir.filter.http.RouteConfig;
import io.weir.proxy.matcher.tree.MatchTree;
import org.jspecify.annotations.Nullable;

/**
 * Which responses are replaced, by the filter's configuration or a route's.
 *
 * @param tree null for none
 */
record ResponseRule(@Nullable MatchTree<ResponsePolicy> tree) implements RouteConfig {}
