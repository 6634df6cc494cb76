/** gRPC-Web for clients that cannot speak gRPC. */
@NullMarked
package io.weir.proxy.filter.grpcweb;

import org.jspecify.annotations.NullMarked;
