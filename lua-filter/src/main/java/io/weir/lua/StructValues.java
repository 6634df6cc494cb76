package io.weir.lua;

import com.google.protobuf.Struct;
import io.weir.filter.Value;
import java.util.LinkedHashMap;

/** Protobuf structs as the SPI's values. */
final class StructValues {
  private StructValues() {}

  static Value.MapValue of(Struct struct) {
    var fields = new LinkedHashMap<String, Value>();
    struct.getFieldsMap().forEach((key, value) -> fields.put(key, of(value)));
    return new Value.MapValue(fields);
  }

  private static Value of(com.google.protobuf.Value value) {
    return switch (value.getKindCase()) {
      case BOOL_VALUE -> Value.of(value.getBoolValue());
      case NUMBER_VALUE -> Value.of(value.getNumberValue());
      case STRING_VALUE -> Value.of(value.getStringValue());
      case STRUCT_VALUE -> of(value.getStructValue());
      case LIST_VALUE ->
          Value.list(value.getListValue().getValuesList().stream().map(StructValues::of).toList());
      case NULL_VALUE, KIND_NOT_SET -> Value.NULL;
    };
  }
}
