/** What makes one resource wrong by itself, by Istio's rules, so that it is not served. */
@NullMarked
package io.weir.controlplane.validate;

import org.jspecify.annotations.NullMarked;
