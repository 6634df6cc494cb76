/** LuaJIT's standard library, each instance belonging to one state. */
@NullMarked
package io.weir.lua.engine.lib;

import org.jspecify.annotations.NullMarked;
