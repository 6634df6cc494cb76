/** Findings about configurations that can be read but will not do what their author wants. */
@NullMarked
package io.weir.controlplane.analyze;

import org.jspecify.annotations.NullMarked;
