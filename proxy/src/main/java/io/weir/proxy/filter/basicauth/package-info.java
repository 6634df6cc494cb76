/** HTTP Basic authentication against a list of users ({@code envoy.filters.http.basic_auth}). */
@NullMarked
package io.weir.proxy.filter.basicauth;

import org.jspecify.annotations.NullMarked;
