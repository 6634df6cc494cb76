/** Reads {@code @Plugin} classes when they are compiled; writes what runs and describes them. */
@NullMarked
package io.weir.plugin.processor;

import org.jspecify.annotations.NullMarked;
