/** The network filter that sets objects of the filter state. */
@NullMarked
package io.weir.proxy.filter.setfilterstate;

import org.jspecify.annotations.NullMarked;
