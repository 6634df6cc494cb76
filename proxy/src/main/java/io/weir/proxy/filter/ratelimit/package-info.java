/** Rate limits that a service over gRPC keeps ({@code envoy.filters.http.ratelimit}). */
@NullMarked
package io.weir.proxy.filter.ratelimit;

import org.jspecify.annotations.NullMarked;
