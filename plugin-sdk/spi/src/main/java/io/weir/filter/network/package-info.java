/** Network filters and listener filters. */
@NullMarked
package io.weir.filter.network;

import org.jspecify.annotations.NullMarked;
