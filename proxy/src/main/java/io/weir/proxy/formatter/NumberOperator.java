package io.weir.proxy.formatter;

/** An operator whose value is a whole number. */
@FunctionalInterface
interface NumberOperator extends Operator {
  /** No value. */
  long NONE = Long.MIN_VALUE;

  long number(FormatContext context);

  static NumberOperator of(NumberOperator operator) {
    return operator;
  }

  @Override
  default boolean append(FormatContext context, FormatOutput out) {
    long number = number(context);
    if (number == NONE) {
      return false;
    }
    out.append(number);
    return true;
  }

  @Override
  default boolean appendJson(FormatContext context, FormatOutput out) {
    return append(context, out);
  }
}
