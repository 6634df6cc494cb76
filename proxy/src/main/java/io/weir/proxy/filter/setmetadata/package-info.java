/** Puts configured values into dynamic metadata ({@code envoy.filters.http.set_metadata}). */
@NullMarked
package io.weir.proxy.filter.setmetadata;

import org.jspecify.annotations.NullMarked;
