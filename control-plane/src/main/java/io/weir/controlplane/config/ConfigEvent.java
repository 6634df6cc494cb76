package io.weir.controlplane.config;

import java.util.Set;

/**
 * A change of the store.
 *
 * @param changed added, changed or removed
 */
public record ConfigEvent(ConfigSnapshot snapshot, Set<ConfigKey> changed) {}
