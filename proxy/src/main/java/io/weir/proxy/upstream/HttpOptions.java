package io.weir.proxy.upstream;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions;
import io.weir.proxy.cluster.ClusterConfig.Protocols;
import io.weir.proxy.cluster.ServerNaming;
import io.weir.proxy.extension.FilterChainLoader;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.http.codec.Http1Settings;
import io.weir.proxy.http.codec.Http2Settings;
import io.weir.proxy.http.codec.Http2SettingsLoader;
import java.util.List;
import java.util.Map;

/**
 * Protocol options of a cluster, from {@code typed_extension_protocol_options} or the deprecated
 * fields. Milliseconds, 0 for none.
 */
record HttpOptions(
    Protocols protocols,
    long idleMillis,
    long maxConnectionMillis,
    long maxStreamMillis,
    int maxRequests,
    long tcpIdleMillis,
    Http1Settings http1,
    Http2Settings http2,
    List<HttpFilterSlot> filters,
    ServerNaming naming) {
  private static final String HTTP = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  private static final String TCP = "envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions";
  private static final long DEFAULT_IDLE = 3_600_000;
  private static final long DEFAULT_TCP_IDLE = 600_000;

  @SuppressWarnings("deprecation")
  static HttpOptions load(Cluster cluster, LoadContext context) {
    HttpProtocolOptions common = cluster.getCommonHttpProtocolOptions();
    Http1ProtocolOptions http1 = cluster.getHttpProtocolOptions();
    Http2ProtocolOptions http2 = cluster.getHttp2ProtocolOptions();
    Protocols protocols =
        cluster.getProtocolSelection() == Cluster.ClusterProtocolSelection.USE_DOWNSTREAM_PROTOCOL
            ? Protocols.DOWNSTREAM
            : cluster.hasHttp2ProtocolOptions() ? Protocols.HTTP2 : Protocols.HTTP1;
    int maxRequests = cluster.getMaxRequestsPerConnection().getValue();
    long tcpIdle = DEFAULT_TCP_IDLE;
    List<HttpFilterSlot> filters = List.of();
    UpstreamHttpProtocolOptions upstream = cluster.getUpstreamHttpProtocolOptions();
    for (Map.Entry<String, Any> entry : cluster.getTypedExtensionProtocolOptionsMap().entrySet()) {
      LoadContext at = context.at("typed_extension_protocol_options[" + entry.getKey() + "]");
      switch (entry.getKey()) {
        case HTTP -> {
          var options =
              at.unpack(
                  entry.getValue(),
                  io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                      .getDefaultInstance());
          if (options != null) {
            common = options.getCommonHttpProtocolOptions();
            protocols = protocols(options);
            http1 = http1(options);
            http2 = http2(options);
            upstream = options.getUpstreamHttpProtocolOptions();
            filters =
                FilterChainLoader.load(options.getHttpFiltersList(), "http_filters", at, true);
          }
        }
        case TCP -> {
          var options = at.unpack(entry.getValue(), TcpProtocolOptions.getDefaultInstance());
          if (options != null && options.hasIdleTimeout()) {
            tcpIdle = Millis.of(options.getIdleTimeout());
          }
        }
        default -> at.problems().add("", "unknown protocol options", "known: " + HTTP + ", " + TCP);
      }
    }
    if (common.hasMaxRequestsPerConnection()) {
      maxRequests = common.getMaxRequestsPerConnection().getValue();
    }
    return new HttpOptions(
        protocols,
        common.hasIdleTimeout() ? Millis.of(common.getIdleTimeout()) : DEFAULT_IDLE,
        Millis.of(common.getMaxConnectionDuration()),
        Millis.of(common.getMaxStreamDuration()),
        maxRequests,
        tcpIdle,
        settings(http1, common),
        Http2SettingsLoader.upstream(http2, common, context.problems()),
        filters,
        naming(upstream));
  }

  private static ServerNaming naming(UpstreamHttpProtocolOptions options) {
    return options.getAutoSni() || options.getAutoSanValidation()
        ? new ServerNaming(
            options.getAutoSni(),
            options.getAutoSanValidation(),
            options.getOverrideAutoSniHeader())
        : ServerNaming.FIXED;
  }

  private static Protocols protocols(
      io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions options) {
    return switch (options.getUpstreamProtocolOptionsCase()) {
      case EXPLICIT_HTTP_CONFIG ->
          options.getExplicitHttpConfig().hasHttp2ProtocolOptions()
              ? Protocols.HTTP2
              : Protocols.HTTP1;
      case USE_DOWNSTREAM_PROTOCOL_CONFIG -> Protocols.DOWNSTREAM;
      case AUTO_CONFIG -> Protocols.AUTO;
      case UPSTREAMPROTOCOLOPTIONS_NOT_SET -> Protocols.HTTP1;
    };
  }

  private static Http1ProtocolOptions http1(
      io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions options) {
    return switch (options.getUpstreamProtocolOptionsCase()) {
      case EXPLICIT_HTTP_CONFIG -> options.getExplicitHttpConfig().getHttpProtocolOptions();
      case USE_DOWNSTREAM_PROTOCOL_CONFIG ->
          options.getUseDownstreamProtocolConfig().getHttpProtocolOptions();
      case AUTO_CONFIG -> options.getAutoConfig().getHttpProtocolOptions();
      case UPSTREAMPROTOCOLOPTIONS_NOT_SET -> Http1ProtocolOptions.getDefaultInstance();
    };
  }

  private static Http2ProtocolOptions http2(
      io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions options) {
    return switch (options.getUpstreamProtocolOptionsCase()) {
      case EXPLICIT_HTTP_CONFIG -> options.getExplicitHttpConfig().getHttp2ProtocolOptions();
      case USE_DOWNSTREAM_PROTOCOL_CONFIG ->
          options.getUseDownstreamProtocolConfig().getHttp2ProtocolOptions();
      case AUTO_CONFIG -> options.getAutoConfig().getHttp2ProtocolOptions();
      case UPSTREAMPROTOCOLOPTIONS_NOT_SET -> Http2ProtocolOptions.getDefaultInstance();
    };
  }

  private static Http1Settings settings(Http1ProtocolOptions http1, HttpProtocolOptions common) {
    Http1Settings defaults = Http1Settings.DEFAULT;
    return new Http1Settings(
        common.hasMaxResponseHeadersKb()
            ? common.getMaxResponseHeadersKb().getValue() * 1024
            : defaults.maxHeaderBytes(),
        common.hasMaxHeadersCount()
            ? common.getMaxHeadersCount().getValue()
            : defaults.maxHeaders(),
        http1.getEnableTrailers(),
        true,
        "",
        switch (http1.getHeaderKeyFormat().getHeaderFormatCase()) {
          case PROPER_CASE_WORDS -> Http1Settings.HeaderCase.PROPER;
          case STATEFUL_FORMATTER -> Http1Settings.HeaderCase.PRESERVE;
          case HEADERFORMAT_NOT_SET -> Http1Settings.HeaderCase.LOWER;
        },
        Http1Settings.Underscores.ALLOW,
        true,
        true);
  }
}
