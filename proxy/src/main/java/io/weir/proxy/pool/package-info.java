/** Pools of upstream connections, one per worker and host. */
@NullMarked
package io.weir.proxy.pool;

import org.jspecify.annotations.NullMarked;
