/**
 * The Lua engine's values and semantics: LuaJIT 2.1 with its Lua 5.2 switch on, as Envoy embeds it.
 *
 * <p>A value is a Java object: nil is {@code null}, booleans are {@link Boolean}, numbers are
 * {@link Double}, the rest are the classes of this package. A call's result is one value, or an
 * {@code Object[]} of any length; no value is an {@code Object[]}, so the two never mix.
 */
@NullMarked
package io.weir.lua.engine;

import org.jspecify.annotations.NullMarked;
