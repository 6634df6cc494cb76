package io.weir.proxy.config;

import com.google.protobuf.Message;
import io.weir.xds.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The versions in use of resources that are subscribed to by name, for dumps. Control thread. */
public final class DynamicResources {
  private final Map<ResourceType, Map<String, Kept>> types = new EnumMap<>(ResourceType.class);

  private record Kept(String version, Packed<?> message, Instant updated) {}

  /** A version in use. */
  public record Entry(String name, String version, Message message, Instant updated) {}

  void put(ResourceType type, String name, String version, Message message) {
    types
        .computeIfAbsent(type, _ -> new TreeMap<>())
        .put(name, new Kept(version, Packed.of(message), Instant.now()));
  }

  void remove(ResourceType type, String name) {
    Map<String, Kept> entries = types.get(type);
    if (entries != null) {
      entries.remove(name);
    }
  }

  /** Sorted by name. */
  List<Entry> all(ResourceType type) {
    var all = new ArrayList<Entry>();
    types
        .getOrDefault(type, Map.of())
        .forEach(
            (name, kept) ->
                all.add(new Entry(name, kept.version, kept.message.message(), kept.updated)));
    return all;
  }
}
