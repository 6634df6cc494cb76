/** The listener filter that reads the PROXY protocol. */
@NullMarked
package io.weir.proxy.filter.proxyprotocol;

import org.jspecify.annotations.NullMarked;
