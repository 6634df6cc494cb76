package io.weir.plugin.jvm;

import java.util.concurrent.ConcurrentHashMap;

/** Shared data by plugin; it outlives configurations, as that of a wasm VM id does. Thread-safe. */
final class SharedSpaces {
  private final ConcurrentHashMap<String, SharedValues> spaces = new ConcurrentHashMap<>();

  SharedValues of(String plugin) {
    return spaces.computeIfAbsent(plugin, _ -> new SharedValues());
  }
}
