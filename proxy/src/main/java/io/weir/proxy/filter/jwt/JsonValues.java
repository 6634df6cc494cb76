package io.weir.proxy.filter.jwt;

import io.weir.filter.Value;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.JsonReader;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON objects as values. */
final class JsonValues {
  private JsonValues() {}

  /** The object, or null when the text is no JSON object. */
  static Value.@Nullable MapValue parse(String text) {
    var problems = new ProblemList();
    SourceNode node = JsonReader.read(text, problems);
    return node instanceof SourceMap map && problems.isEmpty() ? of(map) : null;
  }

  private static Value.MapValue of(SourceMap map) {
    Map<String, Value> fields = new LinkedHashMap<>();
    map.entries().forEach(entry -> fields.put(entry.key(), of(entry.value())));
    return new Value.MapValue(fields);
  }

  private static Value of(SourceNode node) {
    return switch (node) {
      case SourceMap map -> of(map);
      case SourceList list -> {
        List<Value> items = new ArrayList<>(list.items().size());
        list.items().forEach(item -> items.add(of(item)));
        yield new Value.ListValue(items);
      }
      case SourceScalar scalar ->
          switch (scalar.kind()) {
            case STRING -> Value.of(scalar.text());
            case BOOLEAN -> Value.of(scalar.text().equals("true"));
            case NULL -> Value.NULL;
            case INTEGER, FLOAT -> Value.of(Double.parseDouble(scalar.text()));
          };
    };
  }

  /** Compact JSON. */
  static String print(Value value) {
    var out = new StringBuilder();
    print(value, out);
    return out.toString();
  }

  private static void print(Value value, StringBuilder out) {
    switch (value) {
      case Value.NullValue _ -> out.append("null");
      case Value.BoolValue(boolean bool) -> out.append(bool);
      case Value.NumberValue(double number) -> out.append(number(number));
      case Value.StringValue(String text) -> quote(text, out);
      case Value.ListValue(List<Value> items) -> {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
          out.append(i == 0 ? "" : ",");
          print(items.get(i), out);
        }
        out.append(']');
      }
      case Value.MapValue map -> {
        out.append('{');
        String separator = "";
        for (Map.Entry<String, Value> entry : map.fields().entrySet()) {
          out.append(separator);
          quote(entry.getKey(), out);
          out.append(':');
          print(entry.getValue(), out);
          separator = ",";
        }
        out.append('}');
      }
    }
  }

  /** A whole number without a fraction. */
  static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u00").append(Character.forDigit(c >> 4, 16));
        out.append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
