/** HTTP filters, downstream and upstream, and HTTP call-outs. */
@NullMarked
package io.weir.filter.http;

import org.jspecify.annotations.NullMarked;
