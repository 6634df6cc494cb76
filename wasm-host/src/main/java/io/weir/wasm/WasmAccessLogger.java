package io.weir.wasm;

import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.log.AccessLogger;
import org.jspecify.annotations.Nullable;

/** Calls {@code proxy_on_log} of a root context, for entries about finished streams only. */
final class WasmAccessLogger implements AccessLogger {
  private final LatePlugin plugin;

  WasmAccessLogger(LatePlugin plugin) {
    this.plugin = plugin;
  }

  @Override
  public void log(
      HeaderMap requestHeaders,
      HeaderMap responseHeaders,
      HeaderMap responseTrailers,
      StreamInfo streamInfo,
      AccessLogType type) {
    switch (type) {
      case NotSet, TcpConnectionEnd, DownstreamEnd, UpstreamEnd -> {
        @Nullable PluginOnWorker ready = plugin.get();
        if (ready != null && !ready.root().vm().failed()) {
          ready.root().log(requestHeaders, responseHeaders, responseTrailers, streamInfo);
        }
      }
      default -> {
        // Entries in the middle of a stream are not for guests.
      }
    }
  }

  @Override
  public void close() {
    plugin.close();
  }
}
