package io.weir.controlplane.config;

import org.jspecify.annotations.Nullable;

/** A service of the registry, optionally one subset and port of it. */
public record Destination(String host, String subset, @Nullable PortSelector port) {}
