package io.weir.proxy.config;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.weir.proxy.extension.Runtime;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Parses runtime values as Envoy does: numbers and booleans are recognised in text too. */
final class RuntimeValues {
  private RuntimeValues() {}

  /** Nested maps become keys joined by dots, unless they are a {@code FractionalPercent}. */
  static Map<String, Runtime.Entry> flatten(Struct struct) {
    Map<String, Runtime.Entry> entries = new TreeMap<>();
    struct.getFieldsMap().forEach((key, value) -> flatten(key, value, entries));
    return entries;
  }

  private static void flatten(String key, Value value, Map<String, Runtime.Entry> entries) {
    if (value.getKindCase() != Value.KindCase.STRUCT_VALUE) {
      Runtime.Entry entry = scalar(value);
      if (entry != null) {
        entries.put(key, entry);
      }
      return;
    }
    Map<String, Value> fields = value.getStructValue().getFieldsMap();
    if (fields.containsKey("numerator") || fields.containsKey("denominator")) {
      entries.put(key, fraction(value.getStructValue()));
      return;
    }
    fields.forEach((name, inner) -> flatten(key + "." + name, inner, entries));
  }

  private static Runtime.@Nullable Entry scalar(Value value) {
    return switch (value.getKindCase()) {
      case NUMBER_VALUE -> number(numberText(value.getNumberValue()), value.getNumberValue());
      case BOOL_VALUE -> bool(value.getBoolValue());
      case STRING_VALUE -> parse(value.getStringValue());
      default -> null;
    };
  }

  /** The value that a text stands for. */
  static Runtime.Entry parse(String text) {
    String trimmed = text.strip();
    if (trimmed.equalsIgnoreCase("true") || trimmed.equalsIgnoreCase("false")) {
      return new Runtime.Entry(text, false, 0, trimmed.equalsIgnoreCase("true"), -1, 1);
    }
    if (!trimmed.isEmpty() && "+-.0123456789".indexOf(trimmed.charAt(0)) >= 0) {
      try {
        return number(text, Double.parseDouble(trimmed));
      } catch (NumberFormatException e) {
        // Just a text.
      }
    }
    return new Runtime.Entry(text, false, 0, null, -1, 1);
  }

  private static Runtime.Entry number(String text, double number) {
    return new Runtime.Entry(text, true, number, number != 0, -1, 1);
  }

  private static Runtime.Entry bool(boolean value) {
    return new Runtime.Entry(Boolean.toString(value), false, 0, value, -1, 1);
  }

  private static Runtime.Entry fraction(Struct struct) {
    Map<String, Value> fields = struct.getFieldsMap();
    long numerator =
        (long) fields.getOrDefault("numerator", Value.getDefaultInstance()).getNumberValue();
    Value unit = fields.getOrDefault("denominator", Value.getDefaultInstance());
    long denominator =
        switch (unit.getStringValue()) {
          case "TEN_THOUSAND" -> 10_000;
          case "MILLION" -> 1_000_000;
          default -> 100;
        };
    String text = "numerator: " + numerator + " denominator: " + unit.getStringValue();
    return new Runtime.Entry(text, false, 0, null, numerator, denominator);
  }

  private static String numberText(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
