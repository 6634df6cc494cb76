package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;

/** References to certificates, by the names under which Istio's agents serve them. */
final class Secrets {

  /** The workload's own key and certificate. */
  static final String OWN = "default";

  /** The mesh's root certificates. */
  static final String ROOT = "ROOTCA";

  static final String CA_SUFFIX = "-cacert";

  private static final String SDS_CLUSTER = "sds-grpc";

  private Secrets() {}

  /** Served by the proxy's agent, which always has it sooner or later. */
  static SdsSecretConfig workload(String name) {
    return SdsSecretConfig.newBuilder()
        .setName(name)
        .setSdsConfig(source().setInitialFetchTimeout(Messages.ZERO))
        .build();
  }

  /** Files, served by the agent. */
  static SdsSecretConfig files(String name) {
    return SdsSecretConfig.newBuilder().setName(name).setSdsConfig(source()).build();
  }

  /** A credential of the control plane. */
  static SdsSecretConfig credential(String name) {
    return SdsSecretConfig.newBuilder()
        .setName("kubernetes://" + name)
        .setSdsConfig(Messages.ADS.toBuilder().clearInitialFetchTimeout())
        .build();
  }

  private static ConfigSource.Builder source() {
    return ConfigSource.newBuilder()
        .setResourceApiVersion(ApiVersion.V3)
        .setApiConfigSource(
            ApiConfigSource.newBuilder()
                .setApiType(ApiConfigSource.ApiType.GRPC)
                .setTransportApiVersion(ApiVersion.V3)
                .setSetNodeOnFirstMessageOnly(true)
                .addGrpcServices(
                    GrpcService.newBuilder()
                        .setEnvoyGrpc(
                            GrpcService.EnvoyGrpc.newBuilder().setClusterName(SDS_CLUSTER))));
  }
}
