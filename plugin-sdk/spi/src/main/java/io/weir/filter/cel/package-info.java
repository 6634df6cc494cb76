/** The part of CEL that guests use through {@code expr_create} and {@code expr_evaluate}. */
@NullMarked
package io.weir.filter.cel;

import org.jspecify.annotations.NullMarked;
