/** Injects delays, aborts and slow responses ({@code envoy.filters.http.fault}). */
@NullMarked
package io.weir.proxy.filter.fault;

import org.jspecify.annotations.NullMarked;
