package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.push.TrafficPlugin;
import java.util.List;

/**
 * What all listeners of a proxy have in common.
 *
 * @param outboundCluster where connections to unknown hosts go
 */
record ListenerSettings(
    boolean intercepts,
    String outboundCluster,
    MeshConfig.Normalization normalization,
    List<TrafficPlugin> plugins,
    List<AccessLog> clientLogs,
    List<AccessLog> serverLogs,
    SecurityFilters security) {}
