/** The network filter that answers with fixed bytes. */
@NullMarked
package io.weir.proxy.filter.directresponse;

import org.jspecify.annotations.NullMarked;
