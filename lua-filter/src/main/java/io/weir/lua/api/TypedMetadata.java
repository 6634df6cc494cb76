package io.weir.lua.api;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Typed metadata as a Lua table; nil when there is none or its message type is unknown. */
final class TypedMetadata {
  private TypedMetadata() {}

  static @Nullable Object toLua(@Nullable Any any) {
    if (any == null) {
      return null;
    }
    try {
      Message prototype = prototype(any.getTypeUrl());
      return prototype == null
          ? null
          : fields(prototype.getParserForType().parseFrom(any.getValue()));
    } catch (InvalidProtocolBufferException error) {
      return null;
    }
  }

  private static @Nullable Message prototype(String typeUrl) {
    String name = typeUrl.substring(typeUrl.lastIndexOf('/') + 1);
    if (name.startsWith("google.protobuf.")) {
      return defaultInstance("com." + name);
    }
    if (name.startsWith("envoy.")) {
      return defaultInstance("io.envoyproxy." + name);
    }
    return name.startsWith("xds.") || name.startsWith("udpa.")
        ? defaultInstance("com.github." + name)
        : null;
  }

  /**
   * The default instance of a message class; in a nested one's name a capital follows a capital.
   */
  private static @Nullable Message defaultInstance(String javaName) {
    String name = javaName;
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      int start = name.lastIndexOf('.', dot - 1) + 1;
      if (Character.isUpperCase(name.charAt(start))) {
        name = name.substring(0, dot) + '$' + name.substring(dot + 1);
      }
    }
    try {
      Class<?> type = Class.forName(name);
      return Message.class.isAssignableFrom(type)
          ? (Message) type.getMethod("getDefaultInstance").invoke(null)
          : null;
    } catch (ReflectiveOperationException error) {
      return null;
    }
  }

  /** The fields that are set, by name: also of the JSON-like messages, as in Envoy. */
  private static LuaTable fields(Message message) {
    var table = new LuaTable();
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      table.set(LuaString.of(field.getKey().getName()), value(field.getKey(), field.getValue()));
    }
    return table;
  }

  private static Object value(FieldDescriptor field, Object value) {
    if (field.isMapField()) {
      FieldDescriptor keys = field.getMessageType().findFieldByNumber(1);
      FieldDescriptor values = field.getMessageType().findFieldByNumber(2);
      var table = new LuaTable();
      for (Object entry : (List<?>) value) {
        if (entry instanceof MapEntry<?, ?> pair) {
          table.set(single(keys, pair.getKey()), single(values, pair.getValue()));
        }
      }
      return table;
    }
    return field.isRepeated() ? list(field, (List<?>) value) : single(field, value);
  }

  private static LuaTable list(FieldDescriptor field, List<?> list) {
    var table = new LuaTable(list.size() + 1, 0);
    for (int i = 0; i < list.size(); i++) {
      table.set(i + 1, single(field, list.get(i)));
    }
    return table;
  }

  private static Object single(FieldDescriptor field, Object value) {
    return switch (value) {
      case String text -> LuaString.of(text);
      case Boolean bool -> bool;
      case Integer number when unsigned(field) -> (double) Integer.toUnsignedLong(number);
      case Long number when unsigned(field) -> unsigned(number);
      case Number number -> number.doubleValue();
      case ByteString bytes -> LuaString.own(bytes.toByteArray());
      case EnumValueDescriptor constant -> (double) constant.getNumber();
      case Message message -> fields(message);
      default -> LuaString.of(value.toString());
    };
  }

  private static boolean unsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, UINT64, FIXED32, FIXED64 -> true;
      default -> false;
    };
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }
}
