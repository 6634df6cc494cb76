/** Certificates, keys and revocation lists as files hold them. */
@NullMarked
package io.weir.proxy.tls.pem;

import org.jspecify.annotations.NullMarked;
