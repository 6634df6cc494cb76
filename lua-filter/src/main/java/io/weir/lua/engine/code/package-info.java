/** What the interpreter and the compiler share: code and the places in it. */
@NullMarked
package io.weir.lua.engine.code;

import org.jspecify.annotations.NullMarked;
