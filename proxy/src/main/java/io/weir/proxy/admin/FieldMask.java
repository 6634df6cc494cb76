package io.weir.proxy.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Paths of fields to keep, {@code a.b,c}. A path cannot go through a repeated field. The types of
 * messages always stay.
 */
final class FieldMask {
  private final Map<String, FieldMask> fields = new TreeMap<>();

  static FieldMask parse(String text) {
    var mask = new FieldMask();
    for (String path : text.split(",")) {
      FieldMask at = mask;
      for (String part : path.strip().split("\\.")) {
        at = at.fields.computeIfAbsent(part, _ -> new FieldMask());
      }
    }
    return mask;
  }

  private boolean everything() {
    return fields.isEmpty();
  }

  /** Whether all paths could name fields of the section. */
  boolean fits(ConfigDump.Section section) {
    for (Map.Entry<String, FieldMask> entry : fields.entrySet()) {
      boolean list = section.lists().containsKey(entry.getKey());
      boolean known = list || section.fields().containsKey(entry.getKey());
      if (!known || list && !entry.getValue().everything()) {
        return false;
      }
    }
    return true;
  }

  Map<String, @Nullable Object> apply(Map<?, ?> tree) {
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    tree.forEach(
        (key, value) -> {
          FieldMask inner = fields.get((String) key);
          if (key.equals("@type")) {
            kept.put("@type", value);
          } else if (inner != null) {
            boolean whole = inner.everything() || !(value instanceof Map || value instanceof List);
            if (whole) {
              kept.put((String) key, value);
            } else if (value instanceof Map<?, ?> map) {
              kept.put((String) key, inner.apply(map));
            }
          }
        });
    return kept;
  }
}
