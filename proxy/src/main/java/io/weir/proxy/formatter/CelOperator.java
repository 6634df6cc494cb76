package io.weir.proxy.formatter;

import io.weir.filter.Problems;
import io.weir.filter.Value;
import io.weir.filter.cel.CelException;
import io.weir.filter.cel.Expression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code %CEL(expression)%}, a text, and {@code %TYPED_CEL(expression)%}. */
final class CelOperator {
  private CelOperator() {}

  static Operators.Builder builder(boolean typed) {
    return (command, _, problems) -> build(command, typed, problems);
  }

  private static @Nullable Operator build(Command command, boolean typed, Problems problems) {
    Expression expression;
    try {
      expression = Expression.parse(command.argument());
    } catch (CelException e) {
      return command.invalid(problems, "not an expression: " + e.getMessage(), "");
    }
    if (typed) {
      return ValueOperator.of(context -> evaluate(expression, context));
    }
    return TextOperator.of(context -> text(evaluate(expression, context)));
  }

  private static @Nullable Value evaluate(Expression expression, FormatContext context) {
    try {
      return value(expression.evaluate(new StreamAttributes(context)));
    } catch (CelException _) {
      return null;
    }
  }

  private static @Nullable String text(@Nullable Value value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Value.StringValue(String string)) {
      return string;
    }
    var out = new FormatOutput();
    JsonText.append(value, out);
    return new String(out.bytes(), 0, out.length(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static @Nullable Value value(Object result) {
    return switch (result) {
      case Boolean bool -> Value.of(bool);
      case Number number -> Value.of(number.doubleValue());
      case String string -> Value.of(string);
      case List<?> list -> {
        var items = new ArrayList<Value>();
        for (Object item : list) {
          Value each = value(item);
          if (each != null) {
            items.add(each);
          }
        }
        yield new Value.ListValue(items);
      }
      case Map<?, ?> map -> {
        Map<String, Value> fields = new LinkedHashMap<>();
        map.forEach(
            (key, item) -> {
              Value each = value(item);
              if (each != null) {
                fields.put(String.valueOf(key), each);
              }
            });
        yield new Value.MapValue(fields);
      }
      default -> null;
    };
  }
}
