package io.weir.controlplane.registry;

/** The identity of a service: a host, as one namespace declares it. */
public record ServiceKey(String hostname, String namespace) {}
