/** Access loggers, stats sinks and bootstrap extensions. */
@NullMarked
package io.weir.filter.log;

import org.jspecify.annotations.NullMarked;
