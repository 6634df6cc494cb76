package io.weir.xds.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A mapping with its keys in the order they were written. */
public record SourceMap(List<Entry> entries, int line, int column) implements SourceNode {

  /** One key and its value; the position is the key's. */
  public record Entry(String key, SourceNode value, int line, int column) {}

  public SourceMap {
    entries = List.copyOf(entries);
  }

  public static SourceMap empty() {
    return new SourceMap(List.of(), 0, 0);
  }

  /** The value of a key, or null when there is none. */
  public @Nullable SourceNode get(String key) {
    Entry entry = entry(key);
    return entry == null ? null : entry.value();
  }

  public @Nullable Entry entry(String key) {
    for (Entry entry : entries) {
      if (entry.key().equals(key)) {
        return entry;
      }
    }
    return null;
  }

  public boolean has(String key) {
    return entry(key) != null;
  }

  /** The text of a scalar, or null when the key is absent or not a scalar. */
  public @Nullable String text(String key) {
    return get(key) instanceof SourceScalar scalar && !scalar.isNull() ? scalar.text() : null;
  }

  public Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    entries.forEach(entry -> keys.add(entry.key()));
    return keys;
  }

  /** A copy in which {@code key} has this value, at its old place or at the end. */
  public SourceMap with(String key, SourceNode value) {
    List<Entry> changed = new ArrayList<>(entries.size() + 1);
    boolean found = false;
    for (Entry entry : entries) {
      boolean same = entry.key().equals(key);
      found |= same;
      changed.add(same ? new Entry(key, value, entry.line(), entry.column()) : entry);
    }
    if (!found) {
      changed.add(new Entry(key, value, value.line(), value.column()));
    }
    return new SourceMap(changed, line, column);
  }

  /** A copy without {@code key}. */
  public SourceMap without(String key) {
    return new SourceMap(
        entries.stream().filter(entry -> !entry.key().equals(key)).toList(), line, column);
  }

  @Override
  public String describe() {
    return "a map";
  }
}
