package io.weir.xds.codec;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import io.weir.xds.codec.SourceScalar.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints the messages of google.protobuf that have a JSON form of their own. */
final class WellKnownText {

  private static final double WHOLE_LIMIT = 1e15;

  private WellKnownText() {}

  /** Null for a type without a JSON form of its own. */
  static @Nullable SourceNode of(DynamicMessage message) {
    String name = message.getDescriptorForType().getFullName();
    return switch (name.substring("google.protobuf.".length())) {
      case "Duration" -> SourceScalar.ofString(duration(message));
      case "Timestamp" ->
          SourceScalar.ofString(
              Instant.ofEpochSecond(longField(message, 1), intField(message, 2)).toString());
      case "FieldMask" -> SourceScalar.ofString(fieldMask(message));
      case "Struct" -> struct(message);
      case "Value" -> value(message);
      case "ListValue" -> list(message);
      case "DoubleValue",
          "FloatValue",
          "Int64Value",
          "UInt64Value",
          "Int32Value",
          "UInt32Value",
          "BoolValue",
          "StringValue",
          "BytesValue" ->
          ProtoWriter.scalar(field(message, 1), message.getField(field(message, 1)));
      default -> null;
    };
  }

  /** A number in its shortest form; what JSON has no number for becomes a string. */
  static SourceScalar number(double value, String shortest) {
    if (Double.isNaN(value)) {
      return SourceScalar.ofString("NaN");
    }
    if (Double.isInfinite(value)) {
      return SourceScalar.ofString(value > 0 ? "Infinity" : "-Infinity");
    }
    if (value == Math.rint(value) && Math.abs(value) < WHOLE_LIMIT && !isNegativeZero(value)) {
      return new SourceScalar(Long.toString((long) value), Kind.INTEGER, 0, 0);
    }
    return new SourceScalar(shortest, Kind.FLOAT, 0, 0);
  }

  private static boolean isNegativeZero(double value) {
    return value == 0 && Double.doubleToRawLongBits(value) != 0;
  }

  /** Seconds with 0, 3, 6 or 9 decimals. */
  private static String duration(DynamicMessage message) {
    long seconds = longField(message, 1);
    int nanos = intField(message, 2);
    BigDecimal exact = BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, 9));
    int decimals = nanos == 0 ? 0 : nanos % 1_000_000 == 0 ? 3 : nanos % 1_000 == 0 ? 6 : 9;
    return exact.setScale(decimals).toPlainString() + "s";
  }

  private static String fieldMask(DynamicMessage message) {
    List<String> paths = new ArrayList<>();
    for (Object path : (List<?>) message.getField(field(message, 1))) {
      paths.add(camel((String) path));
    }
    return String.join(",", paths);
  }

  private static String camel(String snake) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < snake.length(); i++) {
      char c = snake.charAt(i);
      if (c == '_' && i + 1 < snake.length()) {
        out.append(Character.toUpperCase(snake.charAt(++i)));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static SourceMap struct(DynamicMessage message) {
    List<SourceMap.Entry> entries = new ArrayList<>();
    for (Object pair : (List<?>) message.getField(field(message, 1))) {
      DynamicMessage entry = (DynamicMessage) pair;
      String key = (String) entry.getField(field(entry, 1));
      SourceNode value = value((DynamicMessage) entry.getField(field(entry, 2)));
      entries.add(new SourceMap.Entry(key, value, 0, 0));
    }
    entries.sort(Comparator.comparing(SourceMap.Entry::key));
    return new SourceMap(entries, 0, 0);
  }

  private static SourceList list(DynamicMessage message) {
    List<SourceNode> items = new ArrayList<>();
    for (Object item : (List<?>) message.getField(field(message, 1))) {
      items.add(value((DynamicMessage) item));
    }
    return SourceList.of(items);
  }

  private static SourceNode value(DynamicMessage message) {
    for (Map.Entry<FieldDescriptor, Object> kind : message.getAllFields().entrySet()) {
      Object value = kind.getValue();
      return switch (kind.getKey().getNumber()) {
        case 2 -> number((Double) value, value.toString());
        case 3 -> SourceScalar.ofString((String) value);
        case 4 -> new SourceScalar(value.toString(), Kind.BOOLEAN, 0, 0);
        case 5 -> struct((DynamicMessage) value);
        case 6 -> list((DynamicMessage) value);
        default -> new SourceScalar("null", Kind.NULL, 0, 0);
      };
    }
    return new SourceScalar("null", Kind.NULL, 0, 0);
  }

  private static FieldDescriptor field(DynamicMessage message, int number) {
    return message.getDescriptorForType().findFieldByNumber(number);
  }

  private static long longField(DynamicMessage message, int number) {
    return (Long) message.getField(field(message, number));
  }

  private static int intField(DynamicMessage message, int number) {
    return (Integer) message.getField(field(message, number));
  }
}
