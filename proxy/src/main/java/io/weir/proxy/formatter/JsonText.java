package io.weir.proxy.formatter;

import io.weir.filter.Value;
import java.util.Map;

/** Prints value trees as JSON. */
public final class JsonText {
  private static final double EXACT_LIMIT = 1e15;

  private JsonText() {}

  public static void append(Value value, FormatOutput out) {
    switch (value) {
      case Value.NullValue() -> out.append("null");
      case Value.BoolValue(boolean bool) -> out.append(bool ? "true" : "false");
      case Value.NumberValue(double number) -> appendNumber(number, out);
      case Value.StringValue(String text) -> appendString(text, out);
      case Value.ListValue list -> appendList(list, out);
      case Value.MapValue map -> appendMap(map, out);
    }
  }

  public static void appendString(String text, FormatOutput out) {
    int start = out.length();
    out.append(text);
    out.quoteFrom(start);
  }

  private static void appendNumber(double number, FormatOutput out) {
    if (number == Math.rint(number) && Math.abs(number) < EXACT_LIMIT) {
      out.append((long) number);
    } else if (Double.isFinite(number)) {
      out.append(Double.toString(number));
    } else {
      out.append("null");
    }
  }

  private static void appendList(Value.ListValue list, FormatOutput out) {
    out.append('[');
    boolean first = true;
    for (Value element : list.values()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      append(element, out);
    }
    out.append(']');
  }

  private static void appendMap(Value.MapValue map, FormatOutput out) {
    out.append('{');
    boolean first = true;
    for (Map.Entry<String, Value> entry : map.fields().entrySet()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      appendString(entry.getKey(), out);
      out.append(':');
      append(entry.getValue(), out);
    }
    out.append('}');
  }
}
