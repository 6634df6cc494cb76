/** The one implementation of the SPI's buffer, over Netty's slices. */
@NullMarked
package io.weir.proxy.buffer;

import org.jspecify.annotations.NullMarked;
