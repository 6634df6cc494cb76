/** {@code envoy.filters.http.custom_response}: other answers in the place of an upstream's. */
@NullMarked
package io.weir.proxy.filter.customresponse;

import org.jspecify.annotations.NullMarked;
