package io.weir.filter;

import com.google.protobuf.Any;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What filters told each other about one stream or connection. Owned by one worker. */
public final class DynamicMetadata {
  private final Map<String, Value.MapValue> namespaces = new LinkedHashMap<>();
  private final Map<String, Any> typed = new LinkedHashMap<>();

  public Value.@Nullable MapValue get(String namespace) {
    return namespaces.get(namespace);
  }

  /** Merges {@code fields} into a namespace. */
  public void merge(String namespace, Value.MapValue fields) {
    namespaces.merge(namespace, fields, Value.MapValue::merge);
  }

  /** Sets one key of a namespace, replacing what was there. */
  public void set(String namespace, String key, Value value) {
    var old = namespaces.getOrDefault(namespace, Value.MapValue.EMPTY);
    namespaces.put(namespace, old.with(key, value));
  }

  public @Nullable Any typed(String namespace) {
    return typed.get(namespace);
  }

  public void setTyped(String namespace, Any value) {
    typed.put(namespace, value);
  }

  /**
   * All namespaces in the order in which they appeared. The map is live and must not be changed.
   */
  public Map<String, Value.MapValue> namespaces() {
    return namespaces;
  }

  /** All typed namespaces. The map is live and must not be changed. */
  public Map<String, Any> typedNamespaces() {
    return typed;
  }
}
