/** gRPC over call-out streams: frames, statuses and time-outs. */
@NullMarked
package io.weir.filter.grpc;

import org.jspecify.annotations.NullMarked;
