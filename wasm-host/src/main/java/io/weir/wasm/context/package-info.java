/** VMs on workers and the contexts of guests: plugins, HTTP streams, connections, calls. */
@NullMarked
package io.weir.wasm.context;

import org.jspecify.annotations.NullMarked;
