/** The objects that Envoy's Lua filter gives to scripts, one class each. */
@NullMarked
package io.weir.lua.api;

import org.jspecify.annotations.NullMarked;
