/**
 * Filters chosen by a matcher: {@code envoy.filters.http.composite} and filters within {@code
 * ExtensionWithMatcher}.
 */
@NullMarked
package io.weir.proxy.filter.composite;

import org.jspecify.annotations.NullMarked;
