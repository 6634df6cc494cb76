package io.weir.plugin.jvm;

import io.weir.plugin.SharedData;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The shared data and the queues of one plugin. Thread-safe. */
final class SharedValues implements SharedData {
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, PluginQueue> queues = new ConcurrentHashMap<>();

  PluginQueue queue(String name) {
    return queues.computeIfAbsent(name, PluginQueue::new);
  }

  @Override
  public @Nullable Entry get(String key) {
    return entries.get(key);
  }

  @Override
  public void set(String key, String value) {
    entries.compute(key, (_, old) -> next(old, value));
  }

  @Override
  public boolean replace(String key, String value, int version) {
    Entry old = entries.get(key);
    return old != null && old.version() == version && entries.replace(key, old, next(old, value));
  }

  private static Entry next(@Nullable Entry old, String value) {
    return new Entry(value, old == null ? 1 : old.version() + 1);
  }
}
