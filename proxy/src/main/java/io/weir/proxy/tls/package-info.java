/** TLS contexts, certificates and their checks. */
@NullMarked
package io.weir.proxy.tls;

import org.jspecify.annotations.NullMarked;
