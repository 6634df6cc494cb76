package io.weir.proxy.formatter;

import io.weir.filter.Problems;
import org.jspecify.annotations.Nullable;

/**
 * An operator as written.
 *
 * @param arguments null without parentheses
 * @param limit length in bytes, −1 for none
 */
record Command(String name, @Nullable String arguments, int limit) {

  /** The arguments, empty when there are none. */
  String argument() {
    return arguments == null ? "" : arguments;
  }

  /** Reports that the arguments are wrong. */
  @Nullable Operator invalid(Problems problems, String reason, String hint) {
    problems.add("", "operator %" + this + "%: " + reason, hint);
    return null;
  }

  @Override
  public String toString() {
    return name + (arguments == null ? "" : "(" + arguments + ")") + (limit < 0 ? "" : ":" + limit);
  }
}
