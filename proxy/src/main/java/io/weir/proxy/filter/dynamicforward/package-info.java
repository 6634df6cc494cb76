/** Resolves the authority of requests ({@code envoy.filters.http.dynamic_forward_proxy}). */
@NullMarked
package io.weir.proxy.filter.dynamicforward;

import org.jspecify.annotations.NullMarked;
