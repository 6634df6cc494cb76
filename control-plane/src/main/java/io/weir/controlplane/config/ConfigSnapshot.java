package io.weir.controlplane.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * All configurations at one revision. Immutable.
 *
 * @param revision grows with every change of content
 */
public record ConfigSnapshot(long revision, SortedMap<ConfigKey, Config<?>> configs) {

  static final ConfigSnapshot EMPTY = new ConfigSnapshot(0, java.util.Collections.emptySortedMap());

  /** All of one kind, by namespace and name. */
  public <S extends ConfigSpec> List<Config<S>> list(Kind kind, Class<S> spec) {
    Collection<Config<?>> values =
        configs
            .subMap(new ConfigKey(kind, "", ""), new ConfigKey(kind, "\uffff", "\uffff"))
            .values();
    List<Config<S>> typed = new ArrayList<>(values.size());
    values.forEach(value -> typed.add(value.as(spec)));
    return List.copyOf(typed);
  }

  public @Nullable Config<?> get(ConfigKey key) {
    return configs.get(key);
  }

  /** Everything by key. */
  public Map<ConfigKey, Config<?>> all() {
    return configs;
  }
}
