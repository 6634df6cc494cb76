/** Checks JSON Web Tokens ({@code envoy.filters.http.jwt_authn}). */
@NullMarked
package io.weir.proxy.filter.jwt;

import org.jspecify.annotations.NullMarked;
