package io.weir.controlplane.generate;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.ConfigSpec;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as an input: what it says, not where it was written.
 *
 * @param revision changes with the metadata too
 * @param spec may differ at one revision: others can be merged into it
 */
record ConfigInput(ConfigKey key, long revision, ConfigSpec spec) {

  /** Without the spec, which is large and seldom differs at one revision. */
  @Override
  public int hashCode() {
    return 31 * key.hashCode() + Long.hashCode(revision);
  }

  static @Nullable ConfigInput of(@Nullable Config<?> config) {
    return config == null ? null : new ConfigInput(config.key(), config.revision(), config.spec());
  }

  static List<ConfigInput> of(Collection<? extends Config<?>> configs) {
    return configs.stream()
        .map(config -> new ConfigInput(config.key(), config.revision(), config.spec()))
        .toList();
  }
}
