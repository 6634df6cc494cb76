/** The proxy's log: an SLF4J provider with Envoy's levels and line format. */
@NullMarked
package io.weir.proxy.logging;

import org.jspecify.annotations.NullMarked;
