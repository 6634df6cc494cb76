package io.weir.proxy.config;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the resources of a process share: one thing for each type and name. Any thread. */
final class SharedThings implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("config");

  private final Map<Key, Object> things = new ConcurrentHashMap<>();

  private record Key(Class<?> type, String name) {}

  <T> T get(Class<T> type, String name, Supplier<T> make) {
    return type.cast(things.computeIfAbsent(new Key(type, name), _ -> make.get()));
  }

  @Override
  public void close() {
    for (Object thing : things.values()) {
      if (thing instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Exception e) {
          LOG.warn("cannot close {}", thing, e);
        }
      }
    }
    things.clear();
  }
}
