/** Which requests are traced, spans of those, and what carries them to a collector. */
@NullMarked
package io.weir.proxy.tracing;

import org.jspecify.annotations.NullMarked;
