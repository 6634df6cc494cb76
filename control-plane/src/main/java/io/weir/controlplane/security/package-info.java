/** Istio's security policies as Envoy filters. */
@NullMarked
package io.weir.controlplane.security;

import org.jspecify.annotations.NullMarked;
