/**
 * Gets plugins' wasm modules: from registries, web servers and files, checked, cached by content,
 * again and again until it works.
 */
@NullMarked
package io.weir.controlplane.module;

import org.jspecify.annotations.NullMarked;
