/** Hash functions whose values must equal Envoy's: consistent hashing depends on them. */
@NullMarked
package io.weir.proxy.hash;

import org.jspecify.annotations.NullMarked;
