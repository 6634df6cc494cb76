/** From spellings that Istio no longer understands to today's. */
@NullMarked
package io.weir.controlplane.migrate;

import org.jspecify.annotations.NullMarked;
