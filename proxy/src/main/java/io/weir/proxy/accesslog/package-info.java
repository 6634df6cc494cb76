/** Access log filters and sinks. */
@NullMarked
package io.weir.proxy.accesslog;

import org.jspecify.annotations.NullMarked;
