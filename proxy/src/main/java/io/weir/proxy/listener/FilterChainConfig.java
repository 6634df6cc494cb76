package io.weir.proxy.listener;

import com.google.protobuf.ByteString;
import io.weir.filter.Metadata;
import io.weir.proxy.extension.LoadContext.NetworkFilterEntry;
import io.weir.proxy.tls.DownstreamTransportSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One loaded filter chain.
 *
 * @param name empty when it has none
 * @param transportSocket null for plain bytes
 * @param transportTimeoutMillis how long the transport socket's handshake may take; 0 for no limit
 * @param identity the chain's message as bytes: chains of equal bytes are the same chain
 */
record FilterChainConfig(
    String name,
    FilterChainMatch match,
    List<NetworkFilterEntry> filters,
    @Nullable DownstreamTransportSocket transportSocket,
    long transportTimeoutMillis,
    Metadata metadata,
    ByteString identity) {
  FilterChainConfig {
    filters = List.copyOf(filters);
  }
}
