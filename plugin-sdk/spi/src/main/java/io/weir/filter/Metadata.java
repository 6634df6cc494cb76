package io.weir.filter;

import com.google.protobuf.Any;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Static metadata of a listener, route, cluster or host: {@code envoy.config.core.v3.Metadata}
 * converted once at load.
 *
 * @param namespaces {@code filter_metadata}
 * @param typed {@code typed_filter_metadata}
 */
public record Metadata(Map<String, Value.MapValue> namespaces, Map<String, Any> typed) {
  public static final Metadata EMPTY = new Metadata(Map.of(), Map.of());

  public Metadata {
    namespaces = Map.copyOf(namespaces);
    typed = Map.copyOf(typed);
  }

  public Value.@Nullable MapValue namespace(String name) {
    return namespaces.get(name);
  }

  /** The value at {@code path} inside a namespace, or null. */
  public @Nullable Value find(String namespace, String... path) {
    Value value = namespaces.get(namespace);
    for (String key : path) {
      value = value instanceof Value.MapValue map ? map.get(key) : null;
    }
    return value;
  }
}
