/** Random input, in seeded runs with each build and under Jazzer in soak runs. */
@NullMarked
package io.weir.proxy.fuzz;

import org.jspecify.annotations.NullMarked;
