/** Aggregated discovery, state of the world and incremental, to any xDS client. */
@NullMarked
package io.weir.controlplane.ads;

import org.jspecify.annotations.NullMarked;
