/** The network filter that limits how fast connections come. */
@NullMarked
package io.weir.proxy.filter.networkratelimit;

import org.jspecify.annotations.NullMarked;
