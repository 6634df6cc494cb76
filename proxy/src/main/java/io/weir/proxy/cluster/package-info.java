/** Clusters, hosts and their discovery. */
@NullMarked
package io.weir.proxy.cluster;

import org.jspecify.annotations.NullMarked;
