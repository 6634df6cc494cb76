/** The listener filter that finds HTTP and its version. */
@NullMarked
package io.weir.proxy.filter.httpinspector;

import org.jspecify.annotations.NullMarked;
