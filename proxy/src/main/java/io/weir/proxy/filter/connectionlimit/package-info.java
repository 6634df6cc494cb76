/** The network filter that limits connections. */
@NullMarked
package io.weir.proxy.filter.connectionlimit;

import org.jspecify.annotations.NullMarked;
