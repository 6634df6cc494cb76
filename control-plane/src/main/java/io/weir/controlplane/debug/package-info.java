/** HTTP endpoints for people and monitoring, in Istio's manner. */
@NullMarked
package io.weir.controlplane.debug;

import org.jspecify.annotations.NullMarked;
