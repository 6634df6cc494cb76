/** The proxy-wasm host's extensions. */
@NullMarked
package io.weir.wasm;

import org.jspecify.annotations.NullMarked;
