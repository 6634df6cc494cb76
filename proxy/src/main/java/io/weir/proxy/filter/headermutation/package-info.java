/** Changes headers, trailers and query parameters ({@code envoy.filters.http.header_mutation}). */
@NullMarked
package io.weir.proxy.filter.headermutation;

import org.jspecify.annotations.NullMarked;
