package io.weir.wasm;

import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.http.LocalReply;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterWorker;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a plugin whose remote code could not be fetched or does not run: refuses streams, or
 * lets them pass, as its failure policy says. Stateless.
 *
 * @param open whether streams go on without the plugin
 */
record MissingPlugin(boolean open) implements HttpFilterWorker, NetworkFilterWorker {
  private static final String DETAILS = "wasm_fail_stream";
  private static final int GRPC_UNAVAILABLE = 14;
  private static final NetworkFilter BYPASS = new NetworkFilter() {};

  @Override
  public @Nullable HttpFilter newFilter(HttpFilterCallbacks callbacks) {
    return open ? null : new Refusal(callbacks);
  }

  @Override
  public NetworkFilter newFilter(NetworkFilterCallbacks callbacks) {
    return open ? BYPASS : new Hangup(callbacks);
  }

  @Override
  public void close() {}

  private record Refusal(HttpFilterCallbacks callbacks) implements HttpFilter {
    @Override
    public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
      callbacks.sendLocalReply(new LocalReply(503, new byte[0], null, GRPC_UNAVAILABLE, DETAILS));
      return FilterHeadersStatus.STOP_ITERATION;
    }
  }

  private record Hangup(NetworkFilterCallbacks callbacks) implements NetworkFilter {
    @Override
    public FilterStatus onNewConnection() {
      callbacks.close(NetworkFilterCallbacks.CloseType.FLUSH_WRITE, DETAILS);
      return FilterStatus.STOP_ITERATION;
    }
  }
}
