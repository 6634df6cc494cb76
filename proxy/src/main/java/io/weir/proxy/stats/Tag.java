package io.weir.proxy.stats;

/** A label of a statistic: {@code envoy.cluster_name} and its value. */
public record Tag(String name, String value) {}
