/** Holds requests back until they are complete ({@code envoy.filters.http.buffer}). */
@NullMarked
package io.weir.proxy.filter.buffer;

import org.jspecify.annotations.NullMarked;
