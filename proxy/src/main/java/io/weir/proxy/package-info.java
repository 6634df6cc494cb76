/** The data plane's process: start, wiring, drain. */
@NullMarked
package io.weir.proxy;

import org.jspecify.annotations.NullMarked;
