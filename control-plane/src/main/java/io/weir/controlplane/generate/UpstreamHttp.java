package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig;
import io.weir.controlplane.registry.Protocol;
import java.time.Duration;

/** Collects the HTTP settings of a cluster, which stand together in one extension of it. */
final class UpstreamHttp {

  private static final String NAME = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  private enum Version {
    DEFAULT,
    HTTP2,
    DOWNSTREAM
  }

  private final HttpProtocolOptions.Builder common = HttpProtocolOptions.newBuilder();
  private Version version = Version.DEFAULT;
  private int maxConcurrentStreams;

  /** Only for ports that are HTTP/2 by themselves, as in Istio. */
  private boolean streamsLimited;

  private boolean autoSni;
  private boolean autoSanValidation;
  private boolean idleTimeoutSet;

  /** What follows from a port's protocol; gateways do not speak what their clients speak. */
  void protocol(Protocol protocol, boolean sidecar) {
    if (protocol.isHttp2()) {
      version = Version.HTTP2;
      streamsLimited = true;
    } else if (protocol == Protocol.UNKNOWN && sidecar) {
      version = Version.DOWNSTREAM;
    }
  }

  boolean isHttp2() {
    return version == Version.HTTP2;
  }

  /** Takes HTTP/2 although the port is none of it; the limit of streams does not hold then. */
  void useHttp2() {
    version = Version.HTTP2;
    streamsLimited = false;
  }

  void useClientProtocol() {
    version = Version.DOWNSTREAM;
    streamsLimited = false;
  }

  void idleTimeout(Duration timeout) {
    if (!idleTimeoutSet) {
      common.setIdleTimeout(Messages.duration(timeout));
      idleTimeoutSet = true;
    }
  }

  void maxRequestsPerConnection(int requests) {
    common.setMaxRequestsPerConnection(Messages.uint(requests));
  }

  void maxConnectionDuration(Duration duration) {
    common.setMaxConnectionDuration(Messages.duration(duration));
  }

  void maxConcurrentStreams(int streams) {
    maxConcurrentStreams = streams;
  }

  void autoSni() {
    autoSni = true;
  }

  void autoSanValidation() {
    autoSanValidation = true;
  }

  /** Puts the settings into a cluster, if there are any. */
  void apply(Cluster.Builder cluster) {
    boolean hasCommon =
        maxConcurrentStreams > 0
            || !common.build().equals(HttpProtocolOptions.getDefaultInstance());
    if (version == Version.DEFAULT && !hasCommon && !autoSni && !autoSanValidation) {
      return;
    }
    var options = io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.newBuilder();
    if (hasCommon) {
      options.setCommonHttpProtocolOptions(common);
    }
    if (autoSni || autoSanValidation) {
      options.setUpstreamHttpProtocolOptions(
          UpstreamHttpProtocolOptions.newBuilder()
              .setAutoSni(autoSni)
              .setAutoSanValidation(autoSanValidation));
    }
    switch (version) {
      case DEFAULT ->
          options.setExplicitHttpConfig(
              ExplicitHttpConfig.newBuilder()
                  .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance()));
      case HTTP2 ->
          options.setExplicitHttpConfig(
              ExplicitHttpConfig.newBuilder().setHttp2ProtocolOptions(http2()));
      case DOWNSTREAM ->
          options.setUseDownstreamProtocolConfig(
              UseDownstreamHttpConfig.newBuilder()
                  .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
                  .setHttp2ProtocolOptions(http2()));
    }
    cluster.putTypedExtensionProtocolOptions(NAME, Messages.any(options.build()));
  }

  private Http2ProtocolOptions http2() {
    Http2ProtocolOptions.Builder http2 = Http2ProtocolOptions.newBuilder();
    if (maxConcurrentStreams > 0 && streamsLimited) {
      http2.setMaxConcurrentStreams(Messages.uint(maxConcurrentStreams));
    }
    return http2.build();
  }
}
