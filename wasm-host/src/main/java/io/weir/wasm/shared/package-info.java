/** Data and queues that guests of different VMs share, by VM id. */
@NullMarked
package io.weir.wasm.shared;

import org.jspecify.annotations.NullMarked;
