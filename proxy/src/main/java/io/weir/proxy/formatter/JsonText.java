package io.weir.proxy.formatter;

import io.weir.filter.ByteText;
import io.weir.filter.Value;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/** Prints value trees as JSON, keys sorted, numbers in their shortest form. */
public final class JsonText {
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
    out.quoteFrom(start, !ByteText.plain(text));
  }

  private static void appendNumber(double number, FormatOutput out) {
    boolean small = number == Math.rint(number) && Math.abs(number) < 100_000;
    if (small) {
      out.append((long) number);
    } else {
      out.append(Double.isFinite(number) ? shortest(number) : "null");
    }
  }

  /** The shorter of the plain and the exponent form, as C++'s {@code std::to_chars} has it. */
  private static String shortest(double number) {
    BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    String digits = exact.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - exact.scale();
    var text = new StringBuilder(number < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      text.append('.').append(digits, 1, digits.length());
    }
    text.append(exponent < 0 ? "e-" : "e+").append(Math.abs(exponent) < 10 ? "0" : "");
    text.append(Math.abs(exponent));
    // A double of 2^53 or more is a whole number, printed in full.
    String plain =
        exact.scale() <= 0 ? new BigDecimal(number).toPlainString() : exact.toPlainString();
    return plain.length() <= text.length() ? plain : text.toString();
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

  /** Keys are sorted, as a printed {@code Struct} has them. */
  private static void appendMap(Value.MapValue map, FormatOutput out) {
    out.append('{');
    boolean first = true;
    for (Map.Entry<String, Value> entry : new TreeMap<>(map.fields()).entrySet()) {
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
