/** HTTP/1 servers behind gRPC clients. */
@NullMarked
package io.weir.proxy.filter.grpchttp1reversebridge;

import org.jspecify.annotations.NullMarked;
