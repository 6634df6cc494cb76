/** Cross-origin resource sharing ({@code envoy.filters.http.cors}). */
@NullMarked
package io.weir.proxy.filter.cors;

import org.jspecify.annotations.NullMarked;
