/** Route tables and the terminal filter that forwards. */
@NullMarked
package io.weir.proxy.router;

import org.jspecify.annotations.NullMarked;
