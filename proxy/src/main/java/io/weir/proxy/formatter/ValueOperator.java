package io.weir.proxy.formatter;

import io.weir.filter.Value;
import org.jspecify.annotations.Nullable;

/** An operator whose value is a tree: strings print as they are, everything else as JSON. */
@FunctionalInterface
interface ValueOperator extends Operator {
  @Nullable Value value(FormatContext context);

  static ValueOperator of(ValueOperator operator) {
    return operator;
  }

  @Override
  default boolean append(FormatContext context, FormatOutput out) {
    Value value = value(context);
    if (value == null) {
      return false;
    }
    if (value instanceof Value.StringValue(String text)) {
      out.append(text);
    } else {
      JsonText.append(value, out);
    }
    return true;
  }

  @Override
  default boolean appendJson(FormatContext context, FormatOutput out) {
    Value value = value(context);
    if (value == null) {
      return false;
    }
    JsonText.append(value, out);
    return true;
  }

  /** Structures are not cut: half of one is no JSON. */
  @Override
  default Operator truncated(int bytes) {
    ValueOperator whole = this;
    return (ValueOperator)
        context -> {
          Value value = whole.value(context);
          return value instanceof Value.StringValue(String text) && text.length() > bytes
              ? Value.of(text.substring(0, bytes))
              : value;
        };
  }
}
