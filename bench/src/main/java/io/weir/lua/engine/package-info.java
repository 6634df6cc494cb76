@NullMarked
package io.weir.lua.engine;

import org.jspecify.annotations.NullMarked;
