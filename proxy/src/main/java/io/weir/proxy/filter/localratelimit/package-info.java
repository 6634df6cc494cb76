/** Rate limits that each proxy keeps by itself ({@code envoy.filters.http.local_ratelimit}). */
@NullMarked
package io.weir.proxy.filter.localratelimit;

import org.jspecify.annotations.NullMarked;
