/** {@code envoy.filters.http.stateful_session}: a client keeps the host of its first request. */
@NullMarked
package io.weir.proxy.filter.statefulsession;

import org.jspecify.annotations.NullMarked;
