/** Checks plugin classes against what both back ends provide; no class is loaded. */
@NullMarked
package io.weir.plugin.verify;

import org.jspecify.annotations.NullMarked;
