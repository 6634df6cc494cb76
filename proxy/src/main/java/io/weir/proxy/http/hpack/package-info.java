/** HPACK (RFC 7541), straight from and into header maps. */
@NullMarked
package io.weir.proxy.http.hpack;

import org.jspecify.annotations.NullMarked;
