package io.weir.controlplane.generate;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.VirtualService;

/** A VirtualService where it is applied. */
record BoundRules(Config<VirtualService> config, RouteScope scope) {}
