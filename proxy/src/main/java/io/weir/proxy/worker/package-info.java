/** Event loops, timers, and values with one copy per event loop. */
@NullMarked
package io.weir.proxy.worker;

import org.jspecify.annotations.NullMarked;
