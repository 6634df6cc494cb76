package io.weir.proxy.http;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig;
import io.weir.filter.log.AccessLogConfig;
import io.weir.proxy.accesslog.AccessLogs;
import io.weir.proxy.extension.FilterChainLoader;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.http.HcmConfig.AccessLogOptions;
import io.weir.proxy.http.HcmConfig.CodecType;
import io.weir.proxy.http.HcmConfig.OverloadOptions;
import io.weir.proxy.http.HcmConfig.Routes;
import io.weir.proxy.http.HcmConfig.ServerHeader;
import io.weir.proxy.http.HcmConfig.TimeoutOptions;
import io.weir.proxy.http.HcmConfig.UpgradeType;
import io.weir.proxy.http.PathNormalizer.EscapedSlashes;
import io.weir.proxy.http.codec.Http2SettingsLoader;
import io.weir.proxy.route.RouteTable;
import io.weir.proxy.tracing.TracingLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Loads the connection manager's message. */
final class HcmLoader {
  private static final String SERVER_NAME = "envoy";
  private static final long DEFAULT_STREAM_IDLE = 300_000;
  private static final long DEFAULT_CONNECTION_IDLE = 3_600_000;
  private static final long DEFAULT_DRAIN = 5_000;
  private static final long DEFAULT_DELAYED_CLOSE = 1_000;

  private final HttpConnectionManager message;
  private final LoadContext context;

  HcmLoader(HttpConnectionManager message, LoadContext context) {
    this.message = message;
    this.context = context;
  }

  /**
   * @return null when problems were reported
   */
  @Nullable HcmConfig load() {
    int before = context.problems().count();
    String prefix = "http." + message.getStatPrefix() + ".";
    LoadContext inside = context.withStatPrefix(prefix);
    List<HttpFilterSlot> filters = chain(message.getHttpFiltersList(), "http_filters", inside);
    Routes routes = routes(inside);
    checkRequestIds();
    var config =
        new HcmConfig(
            prefix,
            context.statPrefix(),
            codecType(),
            routes,
            filters,
            RouteGuard.of(filters, context.runtime()),
            upgrades(inside),
            accessLogs(inside),
            accessLogOptions(),
            Http1SettingsLoader.load(message, context),
            Http2SettingsLoader.downstream(message, context),
            ForwardingLoader.load(message, context),
            new PathNormalizer(normalizePath(), message.getMergeSlashes(), escapedSlashes()),
            new HostNormalizer(stripPort(), message.getStripTrailingHostDot()),
            serverHeader(),
            message.getServerName().isEmpty() ? SERVER_NAME : message.getServerName(),
            timeouts(),
            LocalReplyLoader.load(message.getLocalReplyConfig(), inside.at("local_reply_config")),
            message.getProxy100Continue(),
            maxRequests(),
            new OverloadOptions(context.bypassOverload(), message.getAppendLocalOverload()),
            message.hasTracing()
                ? TracingLoader.load(message.getTracing(), inside.at("tracing"))
                : null);
    return context.problems().count() == before ? config : null;
  }

  private Routes routes(LoadContext inside) {
    return switch (message.getRouteSpecifierCase()) {
      case ROUTE_CONFIG -> {
        RouteTable table = inside.at("route_config").routeTable(message.getRouteConfig(), true);
        yield new Routes(table, null);
      }
      case RDS -> {
        var rds = message.getRds();
        yield new Routes(
            null,
            inside
                .at("rds")
                .rds(rds.getConfigSource(), rds.getRouteConfigName(), inside.listenerMetadata()));
      }
      case SCOPED_ROUTES ->
          new Routes(
              null,
              null,
              ScopedRoutesLoader.load(message.getScopedRoutes(), inside.at("scoped_routes")));
      case ROUTESPECIFIER_NOT_SET -> {
        context.problems().add("", "no routes are given", "set route_config or rds");
        yield new Routes(null, null);
      }
    };
  }

  private List<HttpFilterSlot> chain(List<HttpFilter> entries, String path, LoadContext inside) {
    List<HttpFilterSlot> slots = FilterChainLoader.load(entries, path, inside, false);
    if (entries.isEmpty()) {
      context
          .problems()
          .add(path, "the chain has no filters", "put envoy.filters.http.router at the end");
    }
    return slots;
  }

  private List<UpgradeType> upgrades(LoadContext inside) {
    var types = new ArrayList<UpgradeType>();
    for (int i = 0; i < message.getUpgradeConfigsCount(); i++) {
      var upgrade = message.getUpgradeConfigs(i);
      String path = "upgrade_configs[" + i + "].filters";
      String type = upgrade.getUpgradeType().toLowerCase(Locale.ROOT);
      if (types.stream().anyMatch(known -> known.type().equals(type))) {
        context
            .problems()
            .add("upgrade_configs[" + i + "]", "a second configuration of upgrade type " + type);
      }
      types.add(
          new UpgradeType(
              type,
              !upgrade.hasEnabled() || upgrade.getEnabled().getValue(),
              upgrade.getFiltersCount() == 0
                  ? null
                  : chain(upgrade.getFiltersList(), path, inside)));
    }
    return types;
  }

  /** Request ids are UUIDs, whatever an extension says of them. */
  private void checkRequestIds() {
    var extension = message.getRequestIdExtension().getTypedConfig();
    LoadContext at = context.at("request_id_extension.typed_config");
    if (message.hasRequestIdExtension() && !extension.is(UuidRequestIdConfig.class)) {
      at.problems().add("", "unknown kind of request ids", "known: envoy.request_id.uuid");
    } else if (message.hasRequestIdExtension()) {
      at.unpack(extension, UuidRequestIdConfig.getDefaultInstance());
    }
  }

  private List<AccessLogConfig> accessLogs(LoadContext inside) {
    var logs = new ArrayList<AccessLogConfig>();
    for (int i = 0; i < message.getAccessLogCount(); i++) {
      AccessLogConfig log =
          AccessLogs.load(message.getAccessLog(i), inside.at("access_log[" + i + "]"));
      if (log != null) {
        logs.add(log);
      }
    }
    return logs;
  }

  @SuppressWarnings("deprecation")
  private AccessLogOptions accessLogOptions() {
    var options = message.getAccessLogOptions();
    if (options.hasAccessLogFlushInterval() && message.hasAccessLogFlushInterval()) {
      context
          .problems()
          .add("access_log_flush_interval", "is also in access_log_options", "keep that one");
    }
    long interval =
        options.hasAccessLogFlushInterval()
            ? millis(options.getAccessLogFlushInterval())
            : millis(message.getAccessLogFlushInterval());
    return new AccessLogOptions(
        interval,
        options.getFlushAccessLogOnNewRequest() || message.getFlushAccessLogOnNewRequest(),
        options.getFlushLogOnTunnelSuccessfullyEstablished());
  }

  private CodecType codecType() {
    return switch (message.getCodecType()) {
      case HTTP1 -> CodecType.HTTP1;
      case HTTP2 -> CodecType.HTTP2;
      case AUTO -> CodecType.AUTO;
      case HTTP3, UNRECOGNIZED -> {
        context.problems().add("codec_type", "HTTP/3 is not supported", "use AUTO");
        yield CodecType.AUTO;
      }
    };
  }

  private boolean normalizePath() {
    return message.hasNormalizePath()
        ? message.getNormalizePath().getValue()
        : enabled("http_connection_manager.normalize_path", 0);
  }

  private EscapedSlashes escapedSlashes() {
    PathWithEscapedSlashesAction action = message.getPathWithEscapedSlashesAction();
    if (action == PathWithEscapedSlashesAction.IMPLEMENTATION_SPECIFIC_DEFAULT) {
      String key = "http_connection_manager.path_with_escaped_slashes_action";
      action = PathWithEscapedSlashesAction.forNumber((int) context.runtime().integer(key, 0));
    }
    if (action == null
        || !enabled("http_connection_manager.path_with_escaped_slashes_action_enabled", 100)) {
      return EscapedSlashes.KEEP;
    }
    return switch (action) {
      case REJECT_REQUEST -> EscapedSlashes.REJECT;
      case UNESCAPE_AND_REDIRECT -> EscapedSlashes.REDIRECT;
      case UNESCAPE_AND_FORWARD -> EscapedSlashes.FORWARD;
      case IMPLEMENTATION_SPECIFIC_DEFAULT, KEEP_UNCHANGED, UNRECOGNIZED -> EscapedSlashes.KEEP;
    };
  }

  /** Whether a runtime key holds a chance that is certain, when the configuration is loaded. */
  private boolean enabled(String key, long fallback) {
    return context.runtime().integer(key, fallback) >= 100;
  }

  private HostNormalizer.StripPort stripPort() {
    if (message.getStripAnyHostPort()) {
      return HostNormalizer.StripPort.ANY;
    }
    return message.getStripMatchingHostPort()
        ? HostNormalizer.StripPort.MATCHING
        : HostNormalizer.StripPort.NONE;
  }

  private ServerHeader serverHeader() {
    return switch (message.getServerHeaderTransformation()) {
      case OVERWRITE, UNRECOGNIZED -> ServerHeader.OVERWRITE;
      case APPEND_IF_ABSENT -> ServerHeader.APPEND_IF_ABSENT;
      case PASS_THROUGH -> ServerHeader.PASS_THROUGH;
    };
  }

  private TimeoutOptions timeouts() {
    HttpProtocolOptions common = message.getCommonHttpProtocolOptions();
    return new TimeoutOptions(
        message.hasStreamIdleTimeout()
            ? millis(message.getStreamIdleTimeout())
            : DEFAULT_STREAM_IDLE,
        millis(message.getRequestTimeout()),
        millis(message.getRequestHeadersTimeout()),
        millis(common.getMaxStreamDuration()),
        common.hasIdleTimeout() ? millis(common.getIdleTimeout()) : DEFAULT_CONNECTION_IDLE,
        millis(common.getMaxConnectionDuration()),
        message.hasDrainTimeout() ? millis(message.getDrainTimeout()) : DEFAULT_DRAIN,
        message.hasDelayedCloseTimeout()
            ? millis(message.getDelayedCloseTimeout())
            : DEFAULT_DELAYED_CLOSE);
  }

  private long maxRequests() {
    HttpProtocolOptions common = message.getCommonHttpProtocolOptions();
    return common.hasMaxRequestsPerConnection()
        ? common.getMaxRequestsPerConnection().getValue()
        : 0;
  }

  /** Whole milliseconds; a positive duration is at least one. */
  private static long millis(Duration duration) {
    long millis = duration.getSeconds() * 1000 + duration.getNanos() / 1_000_000;
    return millis == 0 && duration.getNanos() > 0 ? 1 : millis;
  }
}
