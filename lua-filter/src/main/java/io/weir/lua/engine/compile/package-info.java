/** Turns functions into hidden classes. */
@NullMarked
package io.weir.lua.engine.compile;

import org.jspecify.annotations.NullMarked;
