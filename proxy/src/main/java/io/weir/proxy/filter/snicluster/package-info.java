/** The network filter that takes the cluster from the server name. */
@NullMarked
package io.weir.proxy.filter.snicluster;

import org.jspecify.annotations.NullMarked;
