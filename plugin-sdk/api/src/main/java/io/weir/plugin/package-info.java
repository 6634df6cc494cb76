/** What plugin authors write against: the same types in process and in a wasm guest. */
@NullMarked
package io.weir.plugin;

import org.jspecify.annotations.NullMarked;
