/** How configurations are loaded: registry, load context, slots of filters. */
@NullMarked
package io.weir.proxy.extension;

import org.jspecify.annotations.NullMarked;
