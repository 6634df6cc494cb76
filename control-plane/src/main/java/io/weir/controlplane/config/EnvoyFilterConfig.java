package io.weir.controlplane.config;

import io.weir.controlplane.patch.EnvoyFilter;

/** An EnvoyFilter, whose patches hold Envoy messages and belong to the patch engine. */
public record EnvoyFilterConfig(EnvoyFilter filter) implements ConfigSpec {}
