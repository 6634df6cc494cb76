package io.weir.controlplane.registry;

/**
 * A port of a service.
 *
 * @param targetPort the endpoints' port where they do not say otherwise
 */
public record ServicePort(int number, String name, Protocol protocol, int targetPort) {}
