package io.weir.controlplane.generate;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/**
 * A struct as plugins get it: JSON on one line, keys in order, whole numbers without a fraction.
 * What prints messages elsewhere writes 1.0 for 1, which parsers of integers refuse.
 */
final class StructText {
  /** Above it Go writes numbers with an exponent. */
  private static final double PLAIN_BELOW = 1e21;

  private static final double PLAIN_ABOVE = 1e-6;

  private StructText() {}

  static String of(Struct struct) {
    StringBuilder out = new StringBuilder();
    append(out, struct);
    return out.toString();
  }

  private static void append(StringBuilder out, Struct struct) {
    char before = '{';
    for (Map.Entry<String, Value> field : new TreeMap<>(struct.getFieldsMap()).entrySet()) {
      out.append(before);
      quote(out, field.getKey());
      out.append(':');
      append(out, field.getValue());
      before = ',';
    }
    out.append(before == '{' ? "{}" : "}");
  }

  private static void append(StringBuilder out, ListValue list) {
    char before = '[';
    for (Value item : list.getValuesList()) {
      out.append(before);
      append(out, item);
      before = ',';
    }
    out.append(before == '[' ? "[]" : "]");
  }

  private static void append(StringBuilder out, Value value) {
    switch (value.getKindCase()) {
      case NULL_VALUE, KIND_NOT_SET -> out.append("null");
      case NUMBER_VALUE -> number(out, value.getNumberValue());
      case STRING_VALUE -> quote(out, value.getStringValue());
      case BOOL_VALUE -> out.append(value.getBoolValue());
      case STRUCT_VALUE -> append(out, value.getStructValue());
      case LIST_VALUE -> append(out, value.getListValue());
    }
  }

  private static void number(StringBuilder out, double number) {
    double size = Math.abs(number);
    if (number == Math.rint(number) && size < PLAIN_BELOW || size >= PLAIN_ABOVE && size < 1) {
      out.append(BigDecimal.valueOf(number).stripTrailingZeros().toPlainString());
    } else {
      out.append(
          Double.toString(number).replace(".0E", "E").replace("E-", "e-").replace("E", "e+"));
    }
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        // As Istio's printer has them, so that text can stand in HTML and in JavaScript.
        case '<', '>', '&', '\u2028', '\u2029' -> escape(out, c);
        default -> {
          if (c < ' ') {
            escape(out, c);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static void escape(StringBuilder out, char c) {
    out.append("\\u");
    String digits = Integer.toHexString(c);
    out.repeat('0', 4 - digits.length()).append(digits);
  }
}
