package io.weir.controlplane.config;

/** What a user wrote under {@code spec:}; one record per kind. */
public sealed interface ConfigSpec
    permits AuthorizationPolicy,
        DestinationRule,
        EnvoyFilterConfig,
        Gateway,
        PeerAuthentication,
        RequestAuthentication,
        ServiceEntry,
        Sidecar,
        Telemetry,
        TrafficExtension,
        VirtualService,
        WasmPlugin,
        WorkloadEntry {}
