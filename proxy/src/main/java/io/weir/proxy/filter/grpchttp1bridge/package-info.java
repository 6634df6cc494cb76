/** gRPC for HTTP/1 clients. */
@NullMarked
package io.weir.proxy.filter.grpchttp1bridge;

import org.jspecify.annotations.NullMarked;
