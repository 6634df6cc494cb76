/** Source text to resolved syntax tree. */
@NullMarked
package io.weir.lua.engine.syntax;

import org.jspecify.annotations.NullMarked;
