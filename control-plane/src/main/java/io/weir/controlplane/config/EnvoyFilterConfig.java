package io.weir.controlplane.config;

import io.weir.xds.codec.SourceMap;

/**
 * An EnvoyFilter as it was written. Its patches hold Envoy messages, so the patch engine reads it;
 * the store keeps the tree with its positions.
 */
public record EnvoyFilterConfig(SourceMap spec) implements ConfigSpec {}
