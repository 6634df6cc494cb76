package io.weir.proxy.admin;

import com.google.protobuf.Message;
import io.weir.xds.codec.ProtoWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sections of a configuration dump as trees, and the ways to cut them down. */
final class ConfigDump {
  private static final String PREFIX = "type.googleapis.com/envoy.admin.v3.";

  private final List<Section> sections = new ArrayList<>();

  /**
   * A section.
   *
   * @param type name of its message below {@code envoy.admin.v3}
   * @param lists repeated fields by name, their items' message names as values
   */
  record Section(String type, Map<String, Object> fields, Map<String, String> lists) {}

  /** Begins a section whose repeated fields have these item types. */
  Section section(String type, Map<String, String> lists) {
    var section = new Section(type, new LinkedHashMap<>(), lists);
    section.fields.put("@type", PREFIX + type);
    sections.add(section);
    return section;
  }

  /** A message inside a dump: its fields, its type first. */
  static Map<String, @Nullable Object> any(Message message) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("@type", "type.googleapis.com/" + message.getDescriptorForType().getFullName());
    if (Json.of(ProtoWriter.toTree(message)) instanceof Map<?, ?> fields) {
      fields.forEach((key, value) -> tree.put((String) key, value));
    }
    return tree;
  }

  /** Everything, or what a mask leaves of the sections it fits. */
  List<Object> all(@Nullable FieldMask mask) {
    List<Object> configs = new ArrayList<>();
    for (Section section : sections) {
      if (mask == null) {
        configs.add(section.fields);
      } else if (mask.fits(section)) {
        configs.add(mask.apply(section.fields));
      }
    }
    return configs;
  }

  /**
   * The items of one repeated field.
   *
   * @return null when no section has such a field
   */
  @Nullable List<Object> resource(String name, @Nullable FieldMask mask) {
    for (Section section : sections) {
      String itemType = section.lists.get(name);
      if (itemType != null) {
        List<Object> items = new ArrayList<>();
        if (section.fields.get(name) instanceof List<?> list) {
          for (Object item : list) {
            Map<String, @Nullable Object> typed = new LinkedHashMap<>();
            typed.put("@type", PREFIX + section.type + "." + itemType);
            Map<?, ?> body = mask == null ? (Map<?, ?>) item : mask.apply((Map<?, ?>) item);
            body.forEach((key, value) -> typed.put((String) key, value));
            items.add(typed);
          }
        }
        return items;
      }
    }
    return null;
  }

  /** Whether the name is a field that is not repeated. */
  boolean isSingular(String name) {
    return sections.stream()
        .anyMatch(s -> s.fields.containsKey(name) && !s.lists.containsKey(name));
  }
}
