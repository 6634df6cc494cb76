/** Suspension of straight-line code on an event loop. */
@NullMarked
package io.weir.filter.fiber;

import org.jspecify.annotations.NullMarked;
