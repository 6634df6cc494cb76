package io.weir.xds.codec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import org.jspecify.annotations.Nullable;

/**
 * What stock Envoy's API has and the compiled messages lack. Values of such fields live in the
 * unknown field set of a message; this class reads them back. Any thread.
 */
public final class NewerFields {

  private NewerFields() {}

  /**
   * The value of a field, compiled or newer, as protobuf reflection gives it: a list for repeated
   * fields, an {@code EnumValueDescriptor} for enums; messages of newer types are {@link
   * DynamicMessage}s. Null when the field is not set or unknown.
   */
  public static @Nullable Object get(Message message, String field) {
    FieldDescriptor compiled = message.getDescriptorForType().findFieldByName(field);
    if (compiled != null) {
      return isSet(message, compiled) ? message.getField(compiled) : null;
    }
    DynamicMessage newer = read(message);
    if (newer == null) {
      return null;
    }
    FieldDescriptor descriptor = newer.getDescriptorForType().findFieldByName(field);
    return descriptor != null && isSet(newer, descriptor) ? newer.getField(descriptor) : null;
  }

  /** Whether a field, compiled or newer, is set. */
  public static boolean has(Message message, String field) {
    return get(message, field) != null;
  }

  /**
   * The newer fields of a message as a message of their own; what even this table does not know is
   * in its unknown field set. Null when the message has no unknown fields or its type no newer
   * ones.
   */
  public static @Nullable DynamicMessage read(Message message) {
    if (message.getUnknownFields().asMap().isEmpty()) {
      return null;
    }
    Descriptor newer = of(message.getDescriptorForType());
    if (newer == null) {
      return null;
    }
    try {
      return DynamicMessage.parseFrom(newer, message.getUnknownFields().toByteString());
    } catch (InvalidProtocolBufferException e) {
      return null; // the bytes do not fit the type: as good as unknown
    }
  }

  /** Describes only the newer fields of a compiled message; null when there are none. */
  public static @Nullable Descriptor of(Descriptor compiled) {
    return NewerTable.get().fieldsOf(compiled.getFullName());
  }

  /** A message type that is wholly newer; null when there is none of this name. */
  public static @Nullable Descriptor message(String fullName) {
    return NewerTable.get().message(fullName);
  }

  /** The full name that a message has in Envoy's API, also when it is a newer one. */
  public static String fullName(Descriptor type) {
    return NewerTable.realName(type);
  }

  /** Whether an enum has a value of this number that is newer than the compiled ones. */
  public static boolean isNewerValue(EnumDescriptor type, int number) {
    return enumName(type, number) != null;
  }

  static @Nullable Integer enumNumber(EnumDescriptor type, String value) {
    return NewerTable.get().enumNumber(type.getFullName(), value);
  }

  static @Nullable String enumName(EnumDescriptor type, int number) {
    return NewerTable.get().enumName(type.getFullName(), number);
  }

  private static boolean isSet(Message message, FieldDescriptor field) {
    return field.isRepeated()
        ? message.getRepeatedFieldCount(field) > 0
        : message.hasField(field) || !field.hasPresence();
  }
}
