package io.weir.controlplane.patch;

import io.weir.xds.Nearest;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one map of an EnvoyFilter, in camel or snake case. {@link #finish} reports
 * the keys that nobody asked for. Single use.
 */
final class FieldReader {

  private final SourceMap map;
  private final String path;
  private final ProblemList problems;
  private final Set<String> asked = new TreeSet<>();

  FieldReader(SourceMap map, String path, ProblemList problems) {
    this.map = map;
    this.path = path;
    this.problems = problems;
  }

  String path() {
    return path;
  }

  boolean has(String name) {
    return node(name) != null;
  }

  /** The entry of a field; null when it is absent or null. */
  SourceMap.@Nullable Entry entry(String name) {
    asked.add(name);
    for (SourceMap.Entry entry : map.entries()) {
      boolean isNull = entry.value() instanceof SourceScalar scalar && scalar.isNull();
      if (camel(entry.key()).equals(name) && !isNull) {
        return entry;
      }
    }
    return null;
  }

  @Nullable SourceNode node(String name) {
    SourceMap.Entry entry = entry(name);
    return entry == null ? null : entry.value();
  }

  String text(String name) {
    SourceMap.Entry entry = entry(name);
    if (entry == null) {
      return "";
    }
    if (entry.value() instanceof SourceScalar scalar && scalar.isString()) {
      return scalar.text();
    }
    String hint = entry.value() instanceof SourceScalar ? "put it into quotes" : "";
    wrong(entry, name, "a string", hint);
    return "";
  }

  int integer(String name, long min, long max) {
    SourceMap.Entry entry = entry(name);
    if (entry == null) {
      return 0;
    }
    if (entry.value() instanceof SourceScalar scalar
        && scalar.kind() != SourceScalar.Kind.BOOLEAN) {
      try {
        long value = Math.round(Double.parseDouble(scalar.text()));
        if (value == Double.parseDouble(scalar.text()) && value >= min && value <= max) {
          return (int) value;
        }
      } catch (NumberFormatException e) {
        // told below
      }
    }
    wrong(entry, name, "a whole number within " + min + ".." + max, "");
    return 0;
  }

  <E extends Enum<E>> @Nullable E constant(String name, Class<E> type) {
    SourceMap.Entry entry = entry(name);
    if (entry == null) {
      return null;
    }
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (entry.value() instanceof SourceScalar scalar && scalar.text().equals(constant.name())) {
        return constant;
      }
      names.add(constant.name());
    }
    String hint = entry.value() instanceof SourceScalar s ? Nearest.hint(s.text(), names) : "";
    wrong(entry, name, "one of " + String.join(", ", names), hint);
    return null;
  }

  /** The fields of a nested map; null when it is absent or no map. */
  @Nullable FieldReader child(String name) {
    SourceMap.Entry entry = entry(name);
    if (entry == null) {
      return null;
    }
    if (entry.value() instanceof SourceMap inner) {
      return new FieldReader(inner, ProblemList.join(path, entry.key()), problems);
    }
    wrong(entry, name, "a map", "");
    return null;
  }

  /** The items of a list of maps; items that are none are reported. */
  List<FieldReader> children(String name) {
    SourceMap.Entry entry = entry(name);
    if (entry == null) {
      return List.of();
    }
    if (!(entry.value() instanceof SourceList list)) {
      wrong(entry, name, "a list", "");
      return List.of();
    }
    List<FieldReader> children = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      SourceNode item = list.items().get(i);
      String itemPath = ProblemList.join(path, entry.key()) + "[" + i + "]";
      if (item instanceof SourceMap inner) {
        children.add(new FieldReader(inner, itemPath, problems));
      } else {
        problems.add(
            item.line(), item.column(), itemPath, "must be a map, not " + item.describe(), "");
      }
    }
    return children;
  }

  Map<String, String> texts(String name) {
    FieldReader child = child(name);
    Map<String, String> texts = new LinkedHashMap<>();
    if (child != null) {
      for (SourceMap.Entry entry : child.map.entries()) {
        if (entry.value() instanceof SourceScalar scalar && scalar.isString()) {
          texts.put(entry.key(), scalar.text());
        } else {
          child.wrong(entry, entry.key(), "a string", "put it into quotes");
        }
      }
    }
    return texts;
  }

  void problem(String name, String reason, String hint) {
    SourceMap.Entry entry = entry(name);
    problems.add(
        entry == null ? map.line() : entry.line(),
        entry == null ? map.column() : entry.column(),
        ProblemList.join(path, name),
        reason,
        hint);
  }

  void warning(String name, String reason, String hint) {
    warning("", name, reason, hint);
  }

  void warning(String code, String name, String reason, String hint) {
    SourceMap.Entry entry = entry(name);
    problems
        .coded(code)
        .warn(
            entry == null ? map.line() : entry.line(),
            entry == null ? map.column() : entry.column(),
            ProblemList.join(path, name),
            reason,
            hint);
  }

  /** Reports what stands in the map and was not asked for. */
  void finish() {
    for (SourceMap.Entry entry : map.entries()) {
      if (!asked.contains(camel(entry.key()))) {
        problems.add(
            entry.line(),
            entry.column(),
            ProblemList.join(path, entry.key()),
            "unknown field",
            Nearest.hint(camel(entry.key()), asked));
      }
    }
  }

  int line() {
    return map.line();
  }

  private void wrong(SourceMap.Entry entry, String name, String wanted, String hint) {
    problems.add(
        entry.value().line(),
        entry.value().column(),
        ProblemList.join(path, name),
        "must be " + wanted + ", not " + entry.value().describe(),
        hint);
  }

  private static String camel(String key) {
    int underscore = key.indexOf('_');
    if (underscore < 0) {
      return key;
    }
    StringBuilder out = new StringBuilder(key.length());
    boolean upper = false;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == '_') {
        upper = true;
      } else {
        out.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return out.toString();
  }
}
