package io.weir.proxy.formatter;

import io.weir.filter.ResponseFlag;

/** Prints response flags, separated by commas, in the order in which they were set. */
record ResponseFlagOperator(boolean longNames) implements Operator {
  @Override
  public boolean alwaysText() {
    return true;
  }

  @Override
  public boolean append(FormatContext context, FormatOutput out) {
    ResponseFlag flag = context.streamInfo().responseFlag(0);
    if (flag == null) {
      // A value of its own, in every kind of format.
      out.append('-');
      return true;
    }
    for (int i = 1; flag != null; i++) {
      if (i > 1) {
        out.append(',');
      }
      out.append(longNames ? flag.longName() : flag.shortName());
      flag = context.streamInfo().responseFlag(i);
    }
    return true;
  }
}
