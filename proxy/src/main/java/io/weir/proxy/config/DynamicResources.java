package io.weir.proxy.config;

import com.google.protobuf.Message;
import io.weir.xds.ResourceType;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The versions in use of resources that are subscribed to by name, for dumps. Control thread. */
public final class DynamicResources {
  private final Map<ResourceType, Map<String, Entry>> types = new EnumMap<>(ResourceType.class);

  /** A version in use. */
  public record Entry(String name, String version, Message message, Instant updated) {}

  void put(ResourceType type, String name, String version, Message message) {
    types
        .computeIfAbsent(type, _ -> new TreeMap<>())
        .put(name, new Entry(name, version, message, Instant.now()));
  }

  void remove(ResourceType type, String name) {
    Map<String, Entry> entries = types.get(type);
    if (entries != null) {
      entries.remove(name);
    }
  }

  /** Sorted by name. */
  List<Entry> all(ResourceType type) {
    return List.copyOf(types.getOrDefault(type, Map.of()).values());
  }
}
