package io.weir.controlplane.config;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settings of single proxies, a subset of Istio's ProxyConfig: the mesh's {@code defaultConfig},
 * and what a proxy says of itself in its node's {@code PROXY_CONFIG}.
 */
public record ProxyConfig(@Nullable GatewayTopology gatewayTopology) {
  private static final Set<String> READ = Set.of("gatewayTopology");

  /** What stands in front of gateways. */
  public record GatewayTopology(
      int numTrustedProxies,
      @Nullable ForwardClientCert forwardClientCertDetails,
      @Nullable ProxyProtocol proxyProtocol) {}

  /** What becomes of the header that names client certificates. */
  public enum ForwardClientCert {
    UNDEFINED,
    SANITIZE,
    FORWARD_ONLY,
    APPEND_FORWARD,
    SANITIZE_SET,
    ALWAYS_FORWARD_ONLY
  }

  /** That connections begin with a PROXY header. */
  public record ProxyProtocol() {}

  /** Without the settings that say nothing about what we generate, which are told. */
  static SourceMap known(SourceMap map, ProblemList report) {
    SourceMap known = map;
    for (SourceMap.Entry entry : map.entries()) {
      if (!READ.contains(RecordReader.camel(entry.key()))) {
        report.warn(
            entry.line(), entry.column(), "defaultConfig." + entry.key(), "has no effect here", "");
        known = known.without(entry.key());
      }
    }
    return known;
  }
}
