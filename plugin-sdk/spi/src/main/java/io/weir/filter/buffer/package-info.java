/** Body and connection bytes as filters see them. */
@NullMarked
package io.weir.filter.buffer;

import org.jspecify.annotations.NullMarked;
