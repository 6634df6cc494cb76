package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.config.ProxyConfig.GatewayTopology;
import io.weir.controlplane.push.TrafficPlugin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all listeners of a proxy have in common.
 *
 * @param transparent whether connections keep their source address (TPROXY)
 * @param topology what stands in front of a gateway
 * @param countsMongo whether the client has a filter for Mongo's protocol
 * @param outboundCluster where connections to unknown hosts go
 */
record ListenerSettings(
    boolean intercepts,
    String outboundCluster,
    MeshConfig.Normalization normalization,
    List<TrafficPlugin> plugins,
    List<AccessLog> clientLogs,
    List<AccessLog> serverLogs,
    SecurityFilters security,
    boolean transparent,
    @Nullable GatewayTopology topology,
    boolean countsMongo) {}
