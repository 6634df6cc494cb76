package io.weir.controlplane.migrate;

import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Finding and changing things in trees whose keys may be in camel or snake case. */
final class Trees {

  private Trees() {}

  /** A key in snake case. */
  static String snake(String key) {
    StringBuilder out = new StringBuilder(key.length() + 4);
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        out.append('_').append((char) (c + 32));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** A key, or a path of keys, in camel case. */
  static String camel(String snake) {
    StringBuilder out = new StringBuilder(snake.length());
    for (int i = 0; i < snake.length(); i++) {
      char c = snake.charAt(i);
      out.append(c == '_' ? Character.toUpperCase(snake.charAt(++i)) : c);
    }
    return out.toString();
  }

  static SourceMap.@Nullable Entry entry(SourceMap map, String snakeKey) {
    for (SourceMap.Entry entry : map.entries()) {
      if (snake(entry.key()).equals(snakeKey)) {
        return entry;
      }
    }
    return null;
  }

  static @Nullable SourceNode get(SourceMap map, String snakeKey) {
    SourceMap.Entry entry = entry(map, snakeKey);
    return entry == null ? null : entry.value();
  }

  static @Nullable String text(SourceMap map, String snakeKey) {
    return get(map, snakeKey) instanceof SourceScalar scalar && !scalar.isNull()
        ? scalar.text()
        : null;
  }

  /** A copy in which the value at a path of snake-case keys is changed; the same when absent. */
  static SourceMap update(SourceMap map, List<String> path, UnaryOperator<SourceNode> change) {
    SourceMap.Entry entry = entry(map, path.getFirst());
    if (entry == null) {
      return map;
    }
    if (path.size() == 1) {
      return map.with(entry.key(), change.apply(entry.value()));
    }
    return entry.value() instanceof SourceMap inner
        ? map.with(entry.key(), update(inner, path.subList(1, path.size()), change))
        : map;
  }

  static SourceMap map(SourceNode at, Object... keysAndValues) {
    List<SourceMap.Entry> entries = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      Object value = keysAndValues[i + 1];
      SourceNode node = value instanceof SourceNode n ? n : scalar(at, value.toString());
      entries.add(new SourceMap.Entry(keysAndValues[i].toString(), node, at.line(), at.column()));
    }
    return new SourceMap(entries, at.line(), at.column());
  }

  static SourceList list(SourceNode item) {
    return new SourceList(List.of(item), item.line(), item.column());
  }

  static SourceScalar scalar(SourceNode at, String text) {
    return new SourceScalar(text, SourceScalar.Kind.STRING, at.line(), at.column());
  }
}
