package io.weir.controlplane.config;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the whole mesh, a subset of Istio's MeshConfig. Absent values are Istio's defaults.
 *
 * @param rootNamespace whose policies hold for every namespace
 * @param enableAutoMtls whether clusters offer mTLS to endpoints that can do it
 */
public record MeshConfig(
    String rootNamespace,
    String trustDomain,
    List<String> trustDomainAliases,
    boolean enableAutoMtls,
    Sidecar.@Nullable OutboundPolicy outboundTrafficPolicy,
    @Nullable Duration connectTimeout,
    VirtualService.@Nullable Retries defaultHttpRetryPolicy,
    String accessLogFile,
    String accessLogFormat,
    LogEncoding accessLogEncoding,
    List<String> defaultVirtualServiceExportTo,
    List<String> defaultDestinationRuleExportTo,
    List<String> defaultServiceExportTo,
    @Nullable PathNormalization pathNormalization,
    DestinationRule.@Nullable LocalityLb localityLbSetting,
    DestinationRule.@Nullable H2Upgrade h2UpgradePolicy,
    DestinationRule.@Nullable TcpKeepalive tcpKeepalive,
    @Nullable Duration dnsRefreshRate,
    int proxyHttpPort,
    @Nullable ProxyConfig defaultConfig) {

  /** What Istio assumes without a mesh configuration. */
  public static final MeshConfig DEFAULT =
      new MeshConfig(
          "istio-system",
          "cluster.local",
          List.of(),
          true,
          null,
          null,
          null,
          "",
          "",
          LogEncoding.TEXT,
          List.of(),
          List.of(),
          List.of(),
          null,
          null,
          null,
          null,
          null,
          0,
          null);

  /** The form of the access log. */
  public enum LogEncoding {
    TEXT,
    JSON
  }

  /** How request paths are made canonical before they are matched. */
  public record PathNormalization(Normalization normalization) {}

  /** The steps. */
  public enum Normalization {
    DEFAULT,
    NONE,
    BASE,
    MERGE_SLASHES,
    DECODE_AND_MERGE_SLASHES
  }

  /** Fields of Istio's MeshConfig that say nothing about what we generate. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "ingressService",
          "ingressClass",
          "ingressControllerMode",
          "ingressSelector",
          "enableTracing",
          "proxyListenPort",
          "proxyInboundListenPort",
          "protocolDetectionTimeout",
          "enablePrometheusMerge",
          "configSources",
          "thriftConfig",
          "serviceSettings",
          "extensionProviders",
          "defaultProviders",
          "discoverySelectors",
          "inboundClusterStatName",
          "outboundClusterStatName",
          "certificates",
          "caCertificates",
          "ca",
          "enableEnvoyAccessLogService",
          "disableEnvoyListenerLog",
          "verifyCertificateAtClient",
          "meshMTLS",
          "tlsDefaults");

  /** How often names of upstreams are resolved where their records do not say. */
  public Duration dnsRefreshRateOrDefault() {
    return dnsRefreshRate == null ? Duration.ofSeconds(60) : dnsRefreshRate;
  }

  /** The duration that a connection to an upstream may take to come up. */
  public Duration connectTimeoutOrDefault() {
    return connectTimeout == null ? Duration.ofSeconds(10) : connectTimeout;
  }

  /** What becomes of traffic to unknown hosts where no Sidecar says so. */
  public Sidecar.Mode outboundMode() {
    return outboundTrafficPolicy == null ? Sidecar.Mode.ALLOW_ANY : outboundTrafficPolicy.mode();
  }

  /** Reads a mesh configuration; null when it is not right, which is reported. */
  public static @Nullable MeshConfig read(String text, String source, ProblemList problems) {
    List<SourceNode> documents = YamlReader.readAll(text, source, problems);
    ProblemList report = problems.in(source);
    if (documents.isEmpty()) {
      return problems.isEmpty() ? DEFAULT : null;
    }
    if (!(documents.getFirst() instanceof SourceMap map)) {
      report.add("", "the mesh configuration must be a map");
      return null;
    }
    SourceMap known = map;
    for (SourceMap.Entry entry : map.entries()) {
      if (WITHOUT_EFFECT.contains(RecordReader.camel(entry.key()))) {
        report.warn(entry.line(), entry.column(), entry.key(), "has no effect here", "");
        known = known.without(entry.key());
      } else if (RecordReader.camel(entry.key()).equals("defaultConfig")
          && entry.value() instanceof SourceMap defaults) {
        known = known.with(entry.key(), ProxyConfig.known(defaults, report));
      }
    }
    int before = problems.count();
    MeshConfig read = new RecordReader(report).read(known, MeshConfig.class, "");
    return problems.count() > before ? null : read.withDefaults(known);
  }

  private MeshConfig withDefaults(SourceMap map) {
    boolean autoMtls = !map.has("enableAutoMtls") && !map.has("enable_auto_mtls") || enableAutoMtls;
    return new MeshConfig(
        rootNamespace.isEmpty() ? DEFAULT.rootNamespace : rootNamespace,
        trustDomain.isEmpty() ? DEFAULT.trustDomain : trustDomain,
        trustDomainAliases,
        autoMtls,
        outboundTrafficPolicy,
        connectTimeout,
        defaultHttpRetryPolicy,
        accessLogFile,
        accessLogFormat,
        accessLogEncoding,
        defaultVirtualServiceExportTo,
        defaultDestinationRuleExportTo,
        defaultServiceExportTo,
        pathNormalization,
        localityLbSetting,
        h2UpgradePolicy,
        tcpKeepalive,
        dnsRefreshRate,
        proxyHttpPort,
        defaultConfig);
  }
}
