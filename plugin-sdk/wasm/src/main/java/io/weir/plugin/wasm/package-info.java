/** The guest side of the proxy-wasm ABI. */
@NullMarked
package io.weir.plugin.wasm;

import org.jspecify.annotations.NullMarked;
