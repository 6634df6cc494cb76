package io.weir.controlplane.config;

/** A service's port by number. */
public record PortSelector(int number) {}
