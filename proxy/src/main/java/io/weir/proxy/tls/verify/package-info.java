/** Checks of a peer's certificates. */
@NullMarked
package io.weir.proxy.tls.verify;

import org.jspecify.annotations.NullMarked;
