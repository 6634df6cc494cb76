/** Drives filters without a proxy: virtual time, heap buffers, recorded effects. */
@NullMarked
package io.weir.filter.testkit;

import org.jspecify.annotations.NullMarked;
