package io.weir.controlplane.config;

import java.util.Map;

/** One endpoint: inside a ServiceEntry or as a resource that ServiceEntries select. */
public record WorkloadEntry(
    String address,
    Map<String, Integer> ports,
    Map<String, String> labels,
    String network,
    String locality,
    int weight,
    String serviceAccount)
    implements ConfigSpec {}
