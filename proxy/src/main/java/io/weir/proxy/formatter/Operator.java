package io.weir.proxy.formatter;

/** One piece of a format: literal text or a command. Immutable. */
interface Operator {

  /**
   * Appends the text.
   *
   * @return false, with nothing appended, when there is no value
   */
  boolean append(FormatContext context, FormatOutput out);

  /**
   * Appends a JSON value: the value with its own type where it has one.
   *
   * @return false, with nothing appended, when there is no value
   */
  default boolean appendJson(FormatContext context, FormatOutput out) {
    int start = out.length();
    if (!append(context, out)) {
      return false;
    }
    out.quoteFrom(start);
    return true;
  }

  /** Whether JSON shows {@code "-"} instead of null when there is no value. */
  default boolean alwaysText() {
    return false;
  }

  /** The same, cut to {@code bytes} bytes. */
  default Operator truncated(int bytes) {
    Operator whole = this;
    return (context, out) -> {
      int start = out.length();
      boolean present = whole.append(context, out);
      out.truncate(start + bytes);
      return present;
    };
  }
}
