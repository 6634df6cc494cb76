/** Modules that scripts may {@code require} when their configuration says so. */
@NullMarked
package io.weir.lua.library;

import org.jspecify.annotations.NullMarked;
