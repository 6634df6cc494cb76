package io.weir.proxy.matcher;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.Metadata;
import io.weir.filter.Problems;
import io.weir.filter.Value;
import org.jspecify.annotations.Nullable;

/** A compiled {@code envoy.type.matcher.v3.MetadataMatcher}. Immutable. */
public record MetadataMatcher(
    String namespace, String[] path, ValueMatcher matcher, boolean invert) {

  /**
   * @return null when problems were reported
   */
  public static @Nullable MetadataMatcher load(
      io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher matcher, Problems problems) {
    var value = ValueMatcher.load(matcher.getValue(), problems.at("value"));
    var path = new String[matcher.getPathCount()];
    for (int i = 0; i < path.length; i++) {
      path[i] = matcher.getPath(i).getKey();
    }
    return value == null
        ? null
        : new MetadataMatcher(matcher.getFilter(), path, value, matcher.getInvert());
  }

  public boolean matches(DynamicMetadata metadata) {
    return matches(metadata.get(namespace));
  }

  public boolean matches(Metadata metadata) {
    return matches(metadata.namespace(namespace));
  }

  /** The value that is looked at, or null. */
  public @Nullable Value find(DynamicMetadata metadata) {
    return find(metadata.get(namespace));
  }

  private boolean matches(Value.@Nullable MapValue map) {
    return matcher.matches(find(map)) != invert;
  }

  private @Nullable Value find(Value.@Nullable MapValue map) {
    Value value = map;
    for (String key : path) {
      value = value instanceof Value.MapValue inner ? inner.get(key) : null;
    }
    return value;
  }
}
