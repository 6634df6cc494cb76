/**
 * Asks an external service about each request ({@code envoy.filters.http.ext_authz}, over HTTP).
 */
@NullMarked
package io.weir.proxy.filter.extauthz;

import org.jspecify.annotations.NullMarked;
