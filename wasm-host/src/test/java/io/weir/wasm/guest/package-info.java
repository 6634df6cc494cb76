/** Assembles proxy-wasm guests for tests, without native tools. */
@NullMarked
package io.weir.wasm.guest;

import org.jspecify.annotations.NullMarked;
