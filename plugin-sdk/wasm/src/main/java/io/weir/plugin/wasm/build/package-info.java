/** Builds proxy-wasm modules from plugin classes, with TeaVM. */
@NullMarked
package io.weir.plugin.wasm.build;

import org.jspecify.annotations.NullMarked;
