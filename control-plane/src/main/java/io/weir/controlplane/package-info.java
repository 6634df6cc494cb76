/** The control plane's process. */
@NullMarked
package io.weir.controlplane;

import org.jspecify.annotations.NullMarked;
