package io.weir.controlplane.generate;

import com.google.protobuf.Message;
import io.weir.xds.Problem;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that a proxy is sent at one revision. Immutable.
 *
 * @param reports what could not be generated as configured, and why
 */
public record ProxyResources(
    long revision, Map<ResourceType, SortedMap<String, Resource>> byType, List<Problem> reports) {

  public ProxyResources {
    reports = List.copyOf(reports);
  }

  /** The resources of a type by name. */
  public SortedMap<String, Resource> of(ResourceType type) {
    return byType.getOrDefault(type, Collections.emptySortedMap());
  }

  /** Collects resources. */
  static final class Builder {
    private final Map<ResourceType, SortedMap<String, Resource>> byType =
        new EnumMap<>(ResourceType.class);

    void add(ResourceType type, String name, Message message) {
      byType.computeIfAbsent(type, _ -> new TreeMap<>()).put(name, Resource.of(name, message));
    }

    ProxyResources build(long revision, List<Problem> reports) {
      return new ProxyResources(revision, Collections.unmodifiableMap(byType), reports);
    }
  }
}
