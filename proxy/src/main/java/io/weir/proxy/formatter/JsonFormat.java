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
 * strings, and to nested nodes where what has no value is left out. Immutable.
 */
public final class JsonFormat implements Formatter {
  private interface Node {
    /** False when there was no value and nothing was appended. */
    boolean append(FormatContext context, FormatOutput out);
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
    if (options.omitEmptyValues()) {
      compiler.nodes.add(compiler.sparse(json, ""));
    } else {
      compiler.object(json, "");
    }
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
        nodes.add(constant(bytes));
        literal.clear();
      }
    }

    private static Node constant(byte[] bytes) {
      return (_, out) -> {
        out.append(bytes);
        return true;
      };
    }

    /**
     * An object without the fields that have no value; none itself when all of them are missing.
     */
    Node sparse(Struct json, String path) {
      var names = new ArrayList<byte[]>();
      var values = new ArrayList<Node>();
      new TreeMap<>(json.getFieldsMap())
          .forEach(
              (name, value) -> {
                var key = new FormatOutput();
                JsonText.appendString(name, key);
                key.append(':');
                names.add(key.toByteArray());
                values.add(one(value, path.isEmpty() ? name : path + "." + name));
              });
      Node fields = joined(names, values);
      boolean keep = path.isEmpty() || names.isEmpty();
      return (context, out) -> {
        int start = out.length();
        out.append('{');
        if (!fields.append(context, out) && !keep) {
          out.truncate(start);
          return false;
        }
        out.append('}');
        return true;
      };
    }

    private Node sparse(ListValue list, String path) {
      var values = new ArrayList<Node>();
      for (int i = 0; i < list.getValuesCount(); i++) {
        values.add(one(list.getValues(i), path + "[" + i + "]"));
      }
      Node items = joined(List.of(), values);
      return (context, out) -> {
        out.append('[');
        items.append(context, out);
        out.append(']');
        return true;
      };
    }

    /** Those that have a value, with commas between them; false when there are none. */
    private static Node joined(List<byte[]> names, List<Node> values) {
      return (context, out) -> {
        boolean any = false;
        for (int i = 0; i < values.size(); i++) {
          int start = out.length();
          if (any) {
            out.append(',');
          }
          if (!names.isEmpty()) {
            out.append(names.get(i));
          }
          if (values.get(i).append(context, out)) {
            any = true;
          } else {
            out.truncate(start);
          }
        }
        return any;
      };
    }

    /** A value that may be left out. */
    private Node one(Value value, String path) {
      if (value.hasStructValue()) {
        return sparse(value.getStructValue(), path);
      }
      if (value.hasListValue()) {
        return sparse(value.getListValue(), path);
      }
      var inner = new Compiler(options, problems);
      inner.value(value, path);
      inner.flush();
      failed |= inner.failed;
      return inner.nodes.isEmpty() ? constant(new byte[0]) : inner.nodes.getFirst();
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
        nodes.add(typed(operators.get(0), options.omitEmptyValues()));
      }
    }

    private static Node typed(Operator operator, boolean omitEmpty) {
      boolean flags = operator.alwaysText();
      return (context, out) -> {
        if (operator.appendJson(context, out)) {
          return true;
        }
        if (flags || !omitEmpty) {
          out.append(flags ? "\"-\"" : "null");
        }
        return flags || !omitEmpty;
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
        return true;
      };
    }
  }
}
