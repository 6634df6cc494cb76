package io.weir.xds.codec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds fields by either spelling, those of the compiled messages and the newer ones. */
final class FieldNames {

  private FieldNames() {}

  static @Nullable FieldDescriptor find(Descriptor type, String name) {
    FieldDescriptor field = findIn(type, name);
    if (field != null) {
      return field;
    }
    Descriptor newer = NewerFields.of(type);
    return newer == null ? null : findIn(newer, name);
  }

  static List<String> all(Descriptor type) {
    List<String> names = new ArrayList<>();
    type.getFields().forEach(field -> names.add(field.getName()));
    Descriptor newer = NewerFields.of(type);
    if (newer != null) {
      newer.getFields().forEach(field -> names.add(field.getName()));
    }
    return names;
  }

  private static @Nullable FieldDescriptor findIn(Descriptor type, String name) {
    FieldDescriptor field = type.findFieldByName(name);
    if (field != null) {
      return field;
    }
    for (FieldDescriptor candidate : type.getFields()) {
      if (candidate.getJsonName().equals(name)) {
        return candidate;
      }
    }
    return null;
  }
}
