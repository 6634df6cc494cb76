/** The listener filter that finds TLS, its server name and its protocols. */
@NullMarked
package io.weir.proxy.filter.tlsinspector;

import org.jspecify.annotations.NullMarked;
