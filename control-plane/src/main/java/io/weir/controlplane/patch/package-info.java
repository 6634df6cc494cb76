/** EnvoyFilter: what users change in generated resources, applied and accounted for. */
@NullMarked
package io.weir.controlplane.patch;

import org.jspecify.annotations.NullMarked;
