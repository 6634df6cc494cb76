package io.weir.controlplane.config;

/** A port with its protocol, as Gateway and Sidecar write it. */
public record Port(int number, String protocol, String name, int targetPort) {}
