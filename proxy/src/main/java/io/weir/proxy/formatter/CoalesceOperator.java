package io.weir.proxy.formatter;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.weir.filter.Problems;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code COALESCE}: the first of several operators that has a value. Immutable. */
record CoalesceOperator(List<Operator> operators) implements Operator {
  private static final String HINT =
      "{\"operators\": [\"PROTOCOL\", {\"command\": \"REQ\", \"param\": \"x\", \"max_length\": 5}]}";

  CoalesceOperator {
    operators = List.copyOf(operators);
  }

  static @Nullable Operator build(Command command, FormatOptions options, Problems problems) {
    var json = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(command.argument(), json);
    } catch (InvalidProtocolBufferException _) {
      return command.invalid(problems, "needs a JSON object", HINT);
    }
    List<Value> entries =
        json.getFieldsOrDefault("operators", Value.getDefaultInstance())
            .getListValue()
            .getValuesList();
    if (entries.isEmpty()) {
      return command.invalid(problems, "lists no operators", HINT);
    }
    var operators = new ArrayList<Operator>();
    for (Value entry : entries) {
      Command inner = command(entry);
      if (inner == null) {
        return command.invalid(problems, "an entry names no command", HINT);
      }
      Operator operator = Operators.build(inner, options, problems);
      if (operator == null) {
        return null;
      }
      operators.add(operator);
    }
    return new CoalesceOperator(operators);
  }

  private static @Nullable Command command(Value entry) {
    if (!entry.getStringValue().isEmpty()) {
      return new Command(entry.getStringValue(), null, -1);
    }
    var fields = entry.getStructValue().getFieldsMap();
    Value name = fields.get("command");
    if (name == null || name.getStringValue().isEmpty()) {
      return null;
    }
    Value param = fields.get("param");
    Value limit = fields.get("max_length");
    return new Command(
        name.getStringValue(),
        param == null ? null : param.getStringValue(),
        limit == null ? -1 : (int) limit.getNumberValue());
  }

  @Override
  public boolean append(FormatContext context, FormatOutput out) {
    for (Operator operator : operators) {
      if (operator.append(context, out)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean appendJson(FormatContext context, FormatOutput out) {
    for (Operator operator : operators) {
      if (operator.appendJson(context, out)) {
        return true;
      }
    }
    return false;
  }
}
