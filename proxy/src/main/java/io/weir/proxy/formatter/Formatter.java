package io.weir.proxy.formatter;

/** A compiled format, text or JSON. Immutable, shared by all workers. */
public interface Formatter {

  /** Appends the formatted text to {@code out}. */
  void format(FormatContext context, FormatOutput out);

  /** What a body of this format is: {@code text/plain} or {@code application/json}, or as set. */
  String contentType();
}
