/** What gRPC filters have in common. */
@NullMarked
package io.weir.proxy.filter.grpc;

import org.jspecify.annotations.NullMarked;
