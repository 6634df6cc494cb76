/**
 * The Maven plugin {@code weir}: {@code verify}, {@code wasm}, {@code package} and {@code test}, in
 * the order of the life cycle.
 */
@NullMarked
package io.weir.plugin.maven;

import org.jspecify.annotations.NullMarked;
