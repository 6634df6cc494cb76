/** The network filter that sends back what it gets. */
@NullMarked
package io.weir.proxy.filter.echo;

import org.jspecify.annotations.NullMarked;
