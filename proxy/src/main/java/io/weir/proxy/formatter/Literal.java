package io.weir.proxy.formatter;

import java.nio.charset.StandardCharsets;

/** Text between operators. */
record Literal(String text, byte[] bytes) implements Operator {
  Literal(String text) {
    this(text, text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean append(FormatContext context, FormatOutput out) {
    out.append(bytes);
    return true;
  }
}
