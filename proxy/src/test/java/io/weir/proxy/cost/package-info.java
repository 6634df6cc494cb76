/** What a proxied request costs, as tests. */
@NullMarked
package io.weir.proxy.cost;

import org.jspecify.annotations.NullMarked;
