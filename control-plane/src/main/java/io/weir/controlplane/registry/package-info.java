/** Services and endpoints, from ServiceEntry and WorkloadEntry. */
@NullMarked
package io.weir.controlplane.registry;

import org.jspecify.annotations.NullMarked;
