package io.weir.proxy.formatter;

import org.jspecify.annotations.Nullable;

/** An operator whose value is a string that exists already. */
@FunctionalInterface
interface TextOperator extends Operator {
  @Nullable String text(FormatContext context);

  static TextOperator of(TextOperator operator) {
    return operator;
  }

  @Override
  default boolean append(FormatContext context, FormatOutput out) {
    String text = text(context);
    if (text == null) {
      return false;
    }
    out.append(text);
    return true;
  }
}
