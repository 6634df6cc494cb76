/** Checks that requests come from the origin they go to ({@code envoy.filters.http.csrf}). */
@NullMarked
package io.weir.proxy.filter.csrf;

import org.jspecify.annotations.NullMarked;
