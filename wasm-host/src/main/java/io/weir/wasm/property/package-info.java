/** The properties (attributes) that guests read: where they come from and how they are encoded. */
@NullMarked
package io.weir.wasm.property;

import org.jspecify.annotations.NullMarked;
