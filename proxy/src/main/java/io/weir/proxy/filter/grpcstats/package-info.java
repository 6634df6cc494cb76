/** Counts gRPC calls by method. */
@NullMarked
package io.weir.proxy.filter.grpcstats;

import org.jspecify.annotations.NullMarked;
