package io.weir.lua.api;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Typed metadata as a Lua table; nil when there is none or its message type is unknown. */
final class TypedMetadata {
  private static final String ENVOY_PACKAGE = "envoy.";

  private TypedMetadata() {}

  static @Nullable Object toLua(@Nullable Any any) {
    if (any == null) {
      return null;
    }
    try {
      Message prototype = prototype(any.getTypeUrl());
      return prototype == null
          ? null
          : message(prototype.getParserForType().parseFrom(any.getValue()));
    } catch (InvalidProtocolBufferException error) {
      return null;
    }
  }

  private static @Nullable Message prototype(String typeUrl) {
    String name = typeUrl.substring(typeUrl.lastIndexOf('/') + 1);
    if (name.equals("google.protobuf.Struct")) {
      return Struct.getDefaultInstance();
    }
    if (!name.startsWith(ENVOY_PACKAGE)) {
      return null;
    }
    try {
      Class<?> type = Class.forName("io.envoyproxy." + name);
      return (Message) type.getMethod("getDefaultInstance").invoke(null);
    } catch (ReflectiveOperationException error) {
      return null;
    }
  }

  private static @Nullable Object message(Message message) {
    return switch (message) {
      case Struct struct -> {
        var table = new LuaTable(0, struct.getFieldsCount());
        struct.getFieldsMap().forEach((k, v) -> table.set(LuaString.of(k), message(v)));
        yield table;
      }
      case Value value ->
          switch (value.getKindCase()) {
            case BOOL_VALUE -> value.getBoolValue();
            case NUMBER_VALUE -> value.getNumberValue();
            case STRING_VALUE -> LuaString.of(value.getStringValue());
            case STRUCT_VALUE -> message(value.getStructValue());
            case LIST_VALUE -> message(value.getListValue());
            case NULL_VALUE, KIND_NOT_SET -> null;
          };
      case ListValue list -> list(list.getValuesList());
      default -> {
        var table = new LuaTable();
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
          table.set(
              LuaString.of(field.getKey().getName()), value(field.getKey(), field.getValue()));
        }
        yield table;
      }
    };
  }

  private static @Nullable Object value(FieldDescriptor field, Object value) {
    if (field.isMapField()) {
      var table = new LuaTable();
      for (Object entry : (List<?>) value) {
        if (entry instanceof MapEntry<?, ?> pair) {
          table.set(single(pair.getKey()), single(pair.getValue()));
        }
      }
      return table;
    }
    return field.isRepeated() ? list((List<?>) value) : single(value);
  }

  private static LuaTable list(List<?> list) {
    var table = new LuaTable(list.size() + 1, 0);
    for (int i = 0; i < list.size(); i++) {
      table.set(i + 1, single(list.get(i)));
    }
    return table;
  }

  private static @Nullable Object single(Object value) {
    return switch (value) {
      case String text -> LuaString.of(text);
      case Boolean bool -> bool;
      case Number number -> number.doubleValue();
      case ByteString bytes -> LuaString.own(bytes.toByteArray());
      case EnumValueDescriptor constant -> LuaString.of(constant.getName());
      case Message message -> message(message);
      default -> LuaString.of(value.toString());
    };
  }
}
