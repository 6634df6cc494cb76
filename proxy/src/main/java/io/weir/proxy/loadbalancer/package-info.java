/** Choosing a host: policies, priorities, localities, subsets. */
@NullMarked
package io.weir.proxy.loadbalancer;

import org.jspecify.annotations.NullMarked;
