package io.weir.proxy.admin;

import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints trees of maps, lists, texts, numbers, booleans and nulls as Envoy's admin does. */
final class Json {
  private Json() {}

  /** Indented by one space a level, with a line end. */
  static String pretty(Object value) {
    var out = new StringBuilder(1024);
    write(value, 0, out);
    return out.append('\n').toString();
  }

  /** A message's tree as maps and lists. */
  static @Nullable Object of(SourceNode node) {
    return switch (node) {
      case SourceMap map -> {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        map.entries().forEach(entry -> fields.put(entry.key(), of(entry.value())));
        yield fields;
      }
      case SourceList list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.items().forEach(item -> items.add(of(item)));
        yield items;
      }
      case SourceScalar scalar ->
          switch (scalar.kind()) {
            case STRING -> scalar.text();
            case BOOLEAN -> Boolean.valueOf(scalar.text());
            case NULL -> null;
            case INTEGER, FLOAT -> new Raw(scalar.text());
          };
    };
  }

  /** A number as it was written. */
  record Raw(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  private static void write(@Nullable Object value, int depth, StringBuilder out) {
    switch (value) {
      case Map<?, ?> map -> {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.append(separator);
          indent(depth + 1, out);
          quote(entry.getKey().toString(), out);
          out.append(": ");
          write(entry.getValue(), depth + 1, out);
          separator = ",";
        }
        close(map.isEmpty(), depth, '}', out);
      }
      case List<?> list -> {
        out.append('[');
        String separator = "";
        for (Object item : list) {
          out.append(separator);
          indent(depth + 1, out);
          write(item, depth + 1, out);
          separator = ",";
        }
        close(list.isEmpty(), depth, ']', out);
      }
      case String text -> quote(text, out);
      case null -> out.append("null");
      default -> out.append(value);
    }
  }

  private static void close(boolean empty, int depth, char end, StringBuilder out) {
    if (!empty) {
      indent(depth, out);
    }
    out.append(end);
  }

  private static void indent(int depth, StringBuilder out) {
    out.append('\n').repeat(" ", depth);
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append("\\u00").append(Character.forDigit(c >> 4, 16));
            out.append(Character.forDigit(c & 15, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
