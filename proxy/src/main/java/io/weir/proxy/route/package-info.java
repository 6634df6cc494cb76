/** Routes as the rest of the proxy sees them; {@code router} compiles and obeys them. */
@NullMarked
package io.weir.proxy.route;

import org.jspecify.annotations.NullMarked;
