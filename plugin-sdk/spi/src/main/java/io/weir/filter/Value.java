package io.weir.filter;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An immutable JSON-like tree: the proxy's form of {@code google.protobuf.Value}. */
public sealed interface Value {

  record NullValue() implements Value {}

  record BoolValue(boolean value) implements Value {}

  record NumberValue(double value) implements Value {}

  record StringValue(String value) implements Value {}

  record ListValue(List<Value> values) implements Value {
    public ListValue {
      values = List.copyOf(values);
    }
  }

  /** Entries keep their order. */
  record MapValue(Map<String, Value> fields) implements Value {
    public static final MapValue EMPTY = new MapValue(Map.of());

    public MapValue {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    public @Nullable Value get(String key) {
      return fields.get(key);
    }

    /** This map with {@code key} set. */
    public MapValue with(String key, Value value) {
      var copy = new LinkedHashMap<>(fields);
      copy.put(key, value);
      return new MapValue(copy);
    }

    /** This map with {@code other}'s entries set, as protobuf merges maps: whole values win. */
    public MapValue merge(MapValue other) {
      var copy = new LinkedHashMap<>(fields);
      copy.putAll(other.fields);
      return new MapValue(copy);
    }
  }

  NullValue NULL = new NullValue();

  static Value of(boolean value) {
    return new BoolValue(value);
  }

  static Value of(double value) {
    return new NumberValue(value);
  }

  static Value of(String value) {
    return new StringValue(value);
  }

  static ListValue list(Iterable<Value> values) {
    var list = new ArrayList<Value>();
    values.forEach(list::add);
    return new ListValue(list);
  }
}
