/** The listener filter that restores the address of redirected connections. */
@NullMarked
package io.weir.proxy.filter.originaldst;

import org.jspecify.annotations.NullMarked;
