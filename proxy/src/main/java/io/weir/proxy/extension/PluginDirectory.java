package io.weir.proxy.extension;

import io.weir.filter.PluginRegistry;
import io.weir.filter.RunningPlugin;
import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The plugins of the process, in the order in which they came. Thread-safe. */
public final class PluginDirectory implements PluginRegistry {
  private final ConcurrentHashMap<Long, RunningPlugin> plugins = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong();

  @Override
  public Registration register(RunningPlugin plugin) {
    long number = next.getAndIncrement();
    plugins.put(number, plugin);
    return () -> plugins.remove(number);
  }

  /** A moment's copy. */
  public Collection<RunningPlugin> all() {
    return Collections.unmodifiableCollection(new java.util.TreeMap<>(plugins).values());
  }
}
