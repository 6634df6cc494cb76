package io.weir.proxy.http;

import io.weir.filter.Worker;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.http.codec.Http1Settings;
import io.weir.proxy.http.codec.Http2Settings;
import io.weir.proxy.route.RouteTable;
import io.weir.proxy.tracing.TracingConfig;
import io.weir.proxy.worker.Slot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One loaded HTTP connection manager. Immutable, shared by all workers.
 *
 * @param statPrefix {@code http.<stat_prefix>.}
 * @param listenerPrefix {@code listener.<address>.}
 */
record HcmConfig(
    String statPrefix,
    String listenerPrefix,
    CodecType codecType,
    Routes routes,
    List<HttpFilterSlot> filters,
    RouteGuard guard,
    List<UpgradeType> upgrades,
    List<AccessLogConfig> accessLogs,
    AccessLogOptions accessLogOptions,
    Http1Settings http1,
    Http2Settings http2,
    ForwardingOptions forwarding,
    PathNormalizer paths,
    HostNormalizer hosts,
    ServerHeader serverHeader,
    String serverName,
    TimeoutOptions timeouts,
    LocalReplies localReplies,
    boolean proxyInformational,
    long maxRequestsPerConnection,
    OverloadOptions overload,
    @Nullable TracingConfig tracing)
    implements NetworkFilterConfig {

  HcmConfig {
    filters = List.copyOf(filters);
    upgrades = List.copyOf(upgrades);
    accessLogs = List.copyOf(accessLogs);
  }

  /** {@code codec_type}. */
  enum CodecType {
    AUTO,
    HTTP1,
    HTTP2
  }

  /** {@code server_header_transformation}. */
  enum ServerHeader {
    OVERWRITE,
    APPEND_IF_ABSENT,
    PASS_THROUGH
  }

  /** Where routes come from: the message itself, RDS, or a table for each scope. */
  record Routes(
      @Nullable RouteTable inline,
      @Nullable Slot<RouteTable> dynamic,
      @Nullable ScopedRoutes scoped) {
    Routes(@Nullable RouteTable inline, @Nullable Slot<RouteTable> dynamic) {
      this(inline, dynamic, null);
    }

    /** Null while a scope is still to be found. */
    @Nullable RouteTable current(Worker worker) {
      return dynamic == null ? inline : dynamic.get(worker);
    }

    void openWorker(Worker worker) {
      if (inline != null) {
        inline.openWorker(worker);
      }
      if (scoped != null) {
        scoped.openWorker(worker);
      }
    }

    void close() {
      if (inline != null) {
        inline.close();
      }
      if (scoped != null) {
        scoped.close();
      }
    }
  }

  /**
   * An entry of {@code upgrade_configs}.
   *
   * @param type lower-case
   * @param filters null for the common chain
   */
  record UpgradeType(String type, boolean enabled, @Nullable List<HttpFilterSlot> filters) {}

  /**
   * {@code access_log_options}.
   *
   * @param flushIntervalMillis 0 for no lines while a stream runs
   */
  record AccessLogOptions(
      long flushIntervalMillis, boolean onNewRequest, boolean onTunnelEstablished) {}

  /**
   * What holds under overload.
   *
   * @param bypass whether the overload manager leaves the listener alone
   * @param tellsClient {@code append_local_overload}
   */
  record OverloadOptions(boolean bypass, boolean tellsClient) {}

  /** All times in milliseconds, 0 for none. */
  record TimeoutOptions(
      long streamIdle,
      long request,
      long requestHeaders,
      long maxStreamDuration,
      long connectionIdle,
      long maxConnectionDuration,
      long drain,
      long delayedClose) {}

  @Override
  public NetworkFilterWorker openWorker(Worker worker) {
    return new HcmWorker(this, worker);
  }

  @Override
  public void close() {
    routes.close();
  }
}
