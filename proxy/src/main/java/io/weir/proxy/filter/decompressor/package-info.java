/** Decompresses bodies ({@code envoy.filters.http.decompressor}). */
@NullMarked
package io.weir.proxy.filter.decompressor;

import org.jspecify.annotations.NullMarked;
