package io.weir.xds.validate;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import io.envoyproxy.pgv.validate.Validate;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import io.weir.xds.codec.MessageTypes;
import org.jspecify.annotations.Nullable;

/** The rules for one value. */
@FunctionalInterface
interface ValueCheck {

  ValueCheck NONE = _ -> null;

  /** What is wrong with the value, or null. */
  @Nullable String violation(Object value);

  static ValueCheck of(FieldDescriptor field, FieldRules rules) {
    ValueCheck check =
        switch (rules.getTypeCase()) {
          case FLOAT, DOUBLE, INT32, INT64, UINT32, UINT64 -> NumberCheck.of(rules);
          case SINT32, SINT64, FIXED32, FIXED64, SFIXED32, SFIXED64 -> NumberCheck.of(rules);
          case DURATION, TIMESTAMP -> TimeCheck.of(rules);
          case BOOL -> bool(rules.getBool());
          case STRING -> new StringCheck(rules.getString());
          case BYTES -> new BytesCheck(rules.getBytes());
          case ENUM -> enumValue(rules.getEnum());
          case ANY -> any(rules.getAny());
          case REPEATED, MAP, TYPE_NOT_SET -> NONE;
        };
    return check == NONE || !isWrapper(field) ? check : value -> check.violation(unwrap(value));
  }

  private static boolean isWrapper(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().getFullName().startsWith("google.protobuf.")
        && field.getMessageType().getFullName().endsWith("Value");
  }

  private static Object unwrap(Object wrapper) {
    DynamicMessage message = (DynamicMessage) wrapper;
    return message.getField(message.getDescriptorForType().findFieldByNumber(1));
  }

  private static ValueCheck bool(Validate.BoolRules rules) {
    return value ->
        rules.hasConst() && !value.equals(rules.getConst()) ? "must be " + rules.getConst() : null;
  }

  private static ValueCheck enumValue(Validate.EnumRules rules) {
    return value -> {
      EnumValueDescriptor given = (EnumValueDescriptor) value;
      int number = given.getNumber();
      if (rules.getDefinedOnly() && given.getIndex() < 0 && !isNewer(given)) {
        return number + " is no value of " + given.getType().getFullName();
      }
      if (rules.hasConst() && number != rules.getConst()) {
        return "must be " + given.getType().findValueByNumber(rules.getConst());
      }
      if (rules.getNotInList().contains(number)
          || (rules.getInCount() > 0 && !rules.getInList().contains(number))) {
        return given.getName() + " is not allowed here";
      }
      return null;
    };
  }

  private static boolean isNewer(EnumValueDescriptor value) {
    return io.weir.xds.codec.NewerFields.isNewerValue(value.getType(), value.getNumber());
  }

  private static ValueCheck any(Validate.AnyRules rules) {
    return value -> {
      DynamicMessage any = (DynamicMessage) value;
      String url = (String) any.getField(any.getDescriptorForType().findFieldByNumber(1));
      boolean allowed =
          !rules.getNotInList().contains(url)
              && (rules.getInCount() == 0 || rules.getInList().contains(url));
      return allowed ? null : MessageTypes.nameOf(url) + " is not allowed here";
    };
  }

  /** Bytes as a text for messages. */
  static String shown(Object value) {
    String text = value instanceof ByteString bytes ? bytes.size() + " bytes" : "\"" + value + "\"";
    return text.length() <= 80 ? text : text.substring(0, 76) + "...\"";
  }
}
