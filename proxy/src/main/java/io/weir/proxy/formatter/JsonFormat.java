package io.weir.proxy.formatter;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.weir.filter.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object whose strings are formats. A string that is one operator takes the operator's type,
 * null when it has no value; other strings stay strings. Compiled to runs of literal JSON and
 * strings. Immutable.
 */
public final class JsonFormat implements Formatter {
  private interface Node {
    void append(FormatContext context, FormatOutput out);
  }

  private final Node[] nodes;
  private final String contentType;

  private JsonFormat(List<Node> nodes, String contentType) {
    this.nodes = nodes.toArray(new Node[0]);
    this.contentType = contentType;
  }

  /**
   * @param newLine whether a line feed follows the object, as in access logs
   * @return null when problems were reported
   */
  static @Nullable JsonFormat compile(
      Struct json, FormatOptions options, boolean newLine, String contentType, Problems problems) {
    var compiler = new Compiler(options, problems);
    compiler.object(json, "");
    compiler.literal.append(newLine ? "\n" : "");
    compiler.flush();
    return compiler.failed ? null : new JsonFormat(compiler.nodes, contentType);
  }

  @Override
  public void format(FormatContext context, FormatOutput out) {
    for (Node node : nodes) {
      node.append(context, out);
    }
  }

  @Override
  public String contentType() {
    return contentType;
  }

  private static final class Compiler {
    private final FormatOptions options;
    private final Problems problems;
    private final List<Node> nodes = new ArrayList<>();
    private final FormatOutput literal = new FormatOutput();
    private boolean failed;

    Compiler(FormatOptions options, Problems problems) {
      this.options = options;
      this.problems = problems;
    }

    void flush() {
      if (literal.length() > 0) {
        byte[] bytes = literal.toByteArray();
        nodes.add((_, out) -> out.append(bytes));
        literal.clear();
      }
    }

    void object(Struct json, String path) {
      Map<String, Value> fields = json.getFieldsMap();
      literal.append('{');
      boolean first = true;
      for (Map.Entry<String, Value> field : new TreeMap<>(fields).entrySet()) {
        if (!first) {
          literal.append(',');
        }
        first = false;
        JsonText.appendString(field.getKey(), literal);
        literal.append(':');
        value(field.getValue(), path.isEmpty() ? field.getKey() : path + "." + field.getKey());
      }
      literal.append('}');
    }

    private void list(ListValue list, String path) {
      literal.append('[');
      for (int i = 0; i < list.getValuesCount(); i++) {
        if (i > 0) {
          literal.append(',');
        }
        value(list.getValues(i), path + "[" + i + "]");
      }
      literal.append(']');
    }

    private void value(Value value, String path) {
      switch (value.getKindCase()) {
        case STRUCT_VALUE -> object(value.getStructValue(), path);
        case LIST_VALUE -> list(value.getListValue(), path);
        case STRING_VALUE -> string(value.getStringValue(), path);
        case NUMBER_VALUE ->
            JsonText.append(io.weir.filter.Value.of(value.getNumberValue()), literal);
        case BOOL_VALUE -> literal.append(value.getBoolValue() ? "true" : "false");
        case NULL_VALUE, KIND_NOT_SET -> literal.append("null");
      }
    }

    private void string(String text, String path) {
      List<Operator> operators = FormatParser.parse(text, options, problems.at(path));
      if (operators == null) {
        failed = true;
      } else if (operators.isEmpty()) {
        literal.append("\"\"");
      } else if (operators.size() > 1) {
        flush();
        nodes.add(mixed(operators.toArray(new Operator[0]), options.omitEmptyValues()));
      } else if (operators.get(0) instanceof Literal constant) {
        JsonText.appendString(constant.text(), literal);
      } else {
        flush();
        nodes.add(typed(operators.get(0)));
      }
    }

    private static Node typed(Operator operator) {
      boolean flags = operator.alwaysText();
      return (context, out) -> {
        if (!operator.appendJson(context, out)) {
          out.append(flags ? "\"-\"" : "null");
        }
      };
    }

    private static Node mixed(Operator[] operators, boolean omitEmpty) {
      return (context, out) -> {
        int start = out.length();
        for (Operator operator : operators) {
          if (!operator.append(context, out) && !omitEmpty) {
            out.append('-');
          }
        }
        out.quoteFrom(start);
      };
    }
  }
}
