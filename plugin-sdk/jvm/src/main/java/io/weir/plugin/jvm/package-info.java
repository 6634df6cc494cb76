/** Runs plugins in the proxy's process: class loaders, the adapter to the SPI. */
@NullMarked
package io.weir.plugin.jvm;

import org.jspecify.annotations.NullMarked;
