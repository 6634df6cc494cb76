/**
 * Turns headers and cookies into dynamic metadata ({@code envoy.filters.http.header_to_metadata}).
 */
@NullMarked
package io.weir.proxy.filter.headertometadata;

import org.jspecify.annotations.NullMarked;
