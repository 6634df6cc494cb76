/**
 * Wasm code and its execution, without a word of proxy-wasm: scanning, compiling, linking, linear
 * memory, instances, CPU budgets. The only package that knows the engine.
 */
@NullMarked
package io.weir.wasm.vm;

import org.jspecify.annotations.NullMarked;
