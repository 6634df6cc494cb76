package io.weir.controlplane.config;

import com.google.protobuf.Struct;
import io.weir.xds.Nearest;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tree into records, whose components are the schema: a key without a component is a
 * problem. Keys may be written in camel or snake case, as Istio accepts both. A component that is
 * not {@code @Nullable} gets protobuf's default when it is absent.
 */
public final class RecordReader {

  private final ProblemList problems;

  public RecordReader(ProblemList problems) {
    this.problems = problems;
  }

  /**
   * Reads a record; problems are reported and leave defaults behind, so that all of them are found.
   */
  public <R extends Record> R read(SourceNode node, Class<R> type, String path) {
    if (node instanceof SourceMap map) {
      return record(map, type, path);
    }
    if (!(node instanceof SourceScalar scalar && scalar.isNull())) {
      wrong(node, path, "a map");
    }
    return record(SourceMap.empty(), type, path);
  }

  private <R extends Record> R record(SourceMap map, Class<R> type, String path) {
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] values = new @Nullable Object[components.length];
    boolean[] seen = new boolean[components.length];
    for (SourceMap.Entry entry : map.entries()) {
      int index = find(components, entry.key());
      if (index < 0) {
        unknown(entry, components, path);
      } else if (seen[index]) {
        problems.add(
            entry.line(),
            entry.column(),
            ProblemList.join(path, entry.key()),
            "the field stands here twice, in two spellings",
            "keep one of them");
      } else {
        seen[index] = true;
        RecordComponent component = components[index];
        values[index] =
            value(entry.value(), component.getGenericType(), ProblemList.join(path, entry.key()));
      }
    }
    for (int i = 0; i < components.length; i++) {
      if (values[i] == null && !nullable(components[i])) {
        values[i] = defaultOf(components[i].getGenericType());
      }
    }
    return create(type, components, values);
  }

  private @Nullable Object value(SourceNode node, Type type, String path) {
    if (node instanceof SourceScalar scalar && scalar.isNull()) {
      return null;
    }
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == List.class
          ? list(node, arguments[0], path)
          : map(node, arguments[0], arguments[1], path);
    }
    Class<?> raw = (Class<?>) type;
    if (raw == Struct.class) {
      return ProtoReader.read(node, Struct.getDefaultInstance(), problems.at(path));
    }
    if (raw.isRecord()) {
      return read(node, raw.asSubclass(Record.class), path);
    }
    return node instanceof SourceScalar scalar
        ? scalar(scalar, raw, path)
        : wrong(node, path, nameOf(raw));
  }

  private @Nullable List<?> list(SourceNode node, Type item, String path) {
    if (!(node instanceof SourceList list)) {
      wrong(node, path, "a list");
      return null;
    }
    List<Object> items = new ArrayList<>(list.items().size());
    for (int i = 0; i < list.items().size(); i++) {
      Object read = value(list.items().get(i), item, path + "[" + i + "]");
      items.add(read == null ? defaultOf(item) : read);
    }
    return List.copyOf(items);
  }

  private @Nullable Map<?, ?> map(SourceNode node, Type keyType, Type item, String path) {
    if (!(node instanceof SourceMap map)) {
      wrong(node, path, "a map");
      return null;
    }
    Map<Object, Object> entries = LinkedHashMap.newLinkedHashMap(map.entries().size());
    for (SourceMap.Entry entry : map.entries()) {
      String at = path + "[" + entry.key() + "]";
      Object read = value(entry.value(), item, at);
      Object key = keyType == String.class ? entry.key() : number(entry, at);
      if (key != null) {
        entries.put(key, read == null ? defaultOf(item) : read);
      }
    }
    return java.util.Collections.unmodifiableMap(entries);
  }

  private @Nullable Integer number(SourceMap.Entry entry, String path) {
    try {
      return Integer.valueOf(entry.key());
    } catch (NumberFormatException e) {
      problems.add(entry.line(), entry.column(), path, "the key must be a number", "");
      return null;
    }
  }

  private @Nullable Object scalar(SourceScalar scalar, Class<?> type, String path) {
    if (type == String.class) {
      return scalar.isString() ? scalar.text() : quoted(scalar, path);
    }
    if (type == boolean.class || type == Boolean.class) {
      return scalar.kind() == SourceScalar.Kind.BOOLEAN
          ? Boolean.valueOf(scalar.text())
          : wrong(scalar, path, nameOf(type));
    }
    if (type == Duration.class) {
      Duration duration = scalar.isString() ? Durations.parse(scalar.text()) : null;
      return duration == null ? wrong(scalar, path, nameOf(type)) : duration;
    }
    if (type.isEnum()) {
      return constant(scalar, type, path);
    }
    return numeric(scalar, type, path);
  }

  private @Nullable Object numeric(SourceScalar scalar, Class<?> type, String path) {
    try {
      if (type == int.class || type == Integer.class) {
        return Integer.decode(scalar.text());
      }
      return type == long.class || type == Long.class
          ? (Object) Long.decode(scalar.text())
          : (Object) Double.valueOf(scalar.text());
    } catch (NumberFormatException e) {
      return wrong(scalar, path, nameOf(type));
    }
  }

  private @Nullable Object constant(SourceScalar scalar, Class<?> type, String path) {
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String name = ((Enum<?>) constant).name();
      if (name.equals(scalar.text())) {
        return constant;
      }
      names.add(name);
    }
    problems.add(
        scalar.line(),
        scalar.column(),
        path,
        "must be one of " + String.join(", ", names) + ", not " + scalar.describe(),
        Nearest.hint(scalar.text(), names));
    return null;
  }

  private @Nullable Object quoted(SourceScalar scalar, String path) {
    problems.add(
        scalar.line(),
        scalar.column(),
        path,
        "must be a string, not " + scalar.describe(),
        "put it into quotes");
    return null;
  }

  private @Nullable Object wrong(SourceNode node, String path, String wanted) {
    problems.add(
        node.line(), node.column(), path, "must be " + wanted + ", not " + node.describe(), "");
    return null;
  }

  private void unknown(SourceMap.Entry entry, RecordComponent[] components, String path) {
    List<String> names = Arrays.stream(components).map(RecordComponent::getName).toList();
    problems.add(
        entry.line(),
        entry.column(),
        ProblemList.join(path, entry.key()),
        "unknown field",
        Nearest.hint(entry.key(), names));
  }

  private static int find(RecordComponent[] components, String key) {
    String name = key.indexOf('_') < 0 ? key : camel(key);
    for (int i = 0; i < components.length; i++) {
      if (components[i].getName().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  static String camel(String snake) {
    StringBuilder out = new StringBuilder(snake.length());
    boolean upper = false;
    for (int i = 0; i < snake.length(); i++) {
      char c = snake.charAt(i);
      if (c == '_') {
        upper = true;
      } else {
        out.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return out.toString();
  }

  private static boolean nullable(RecordComponent component) {
    AnnotatedType type = component.getAnnotatedType();
    return type.isAnnotationPresent(Nullable.class);
  }

  private static Object defaultOf(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class ? List.of() : Map.of();
    }
    Class<?> raw = (Class<?>) type;
    if (raw == String.class) {
      return "";
    }
    if (raw == boolean.class || raw == Boolean.class) {
      return false;
    }
    if (raw == int.class || raw == Integer.class) {
      return 0;
    }
    if (raw == long.class || raw == Long.class) {
      return 0L;
    }
    if (raw == double.class || raw == Double.class) {
      return 0.0;
    }
    if (raw == Duration.class) {
      return Duration.ZERO;
    }
    if (raw.isEnum()) {
      return raw.getEnumConstants()[0];
    }
    return new RecordReader(new ProblemList())
        .record(SourceMap.empty(), raw.asSubclass(Record.class), "");
  }

  private static String nameOf(Class<?> type) {
    if (type == String.class) {
      return "a string";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == Duration.class) {
      return "a duration such as \"1.5s\"";
    }
    if (type.isEnum()) {
      return "one of "
          + String.join(
              ", ", Arrays.stream(type.getEnumConstants()).map(c -> ((Enum<?>) c).name()).toList());
    }
    return type.getSimpleName().toLowerCase(Locale.ROOT).startsWith("d")
        ? "a number"
        : "a whole number";
  }

  private static <R extends Record> R create(
      Class<R> type, RecordComponent[] components, @Nullable Object[] values) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(type.getName() + " refuses its values", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName() + " is no readable record", e);
    }
  }
}
