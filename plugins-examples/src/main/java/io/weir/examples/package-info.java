/** Example plugins. */
@NullMarked
package io.weir.examples;

import org.jspecify.annotations.NullMarked;
