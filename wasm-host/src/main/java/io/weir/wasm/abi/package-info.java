/** The proxy-wasm ABI: host functions with their statuses, callbacks, encodings. */
@NullMarked
package io.weir.wasm.abi;

import org.jspecify.annotations.NullMarked;
