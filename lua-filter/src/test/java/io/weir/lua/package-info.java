@NullMarked
package io.weir.lua;

import org.jspecify.annotations.NullMarked;
