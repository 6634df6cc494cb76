/** Statistics: per-worker cells, names, tags and the forms in which they are printed. */
@NullMarked
package io.weir.proxy.stats;

import org.jspecify.annotations.NullMarked;
