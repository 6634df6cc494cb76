/** Turns syntax trees into functions that run. */
@NullMarked
package io.weir.lua.engine.code;

import org.jspecify.annotations.NullMarked;
