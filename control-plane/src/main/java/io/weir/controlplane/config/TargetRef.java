package io.weir.controlplane.config;

/** A reference from a policy to the resource that it applies to. */
public record TargetRef(String group, String kind, String name, String namespace) {}
