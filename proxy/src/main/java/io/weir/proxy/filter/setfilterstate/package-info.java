/** The filters that set objects of the filter state, of connections and of requests. */
@NullMarked
package io.weir.proxy.filter.setfilterstate;

import org.jspecify.annotations.NullMarked;
