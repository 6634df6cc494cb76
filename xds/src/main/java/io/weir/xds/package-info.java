/** Resource types, resources and delta state. */
@NullMarked
package io.weir.xds;

import org.jspecify.annotations.NullMarked;
