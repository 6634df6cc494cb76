/** The immutable state of one push, and how changes become pushes. */
@NullMarked
package io.weir.controlplane.push;

import org.jspecify.annotations.NullMarked;
