/** Compresses bodies ({@code envoy.filters.http.compressor}). */
@NullMarked
package io.weir.proxy.filter.compressor;

import org.jspecify.annotations.NullMarked;
