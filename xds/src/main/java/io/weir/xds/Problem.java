package io.weir.xds;

/**
 * One thing that is wrong with a configuration, told so that its author can act on it.
 *
 * @param source the file, or the resource when the configuration came over xDS; may be empty
 * @param line counted from 1; 0 when unknown
 * @param column counted from 1; 0 when unknown
 * @param path field path in proto field names, {@code filter_chains[0].filters[1].name}; empty for
 *     the document itself
 * @param reason what was found, and what is allowed
 * @param hint what to do about it; may be empty
 * @param warning accepted, but its author should know
 * @param code the stable code of this kind of problem, {@code WEIR0106}; empty for most errors
 */
public record Problem(
    String source,
    int line,
    int column,
    String path,
    String reason,
    String hint,
    boolean warning,
    String code) {

  /** A problem without a code. */
  public Problem(
      String source,
      int line,
      int column,
      String path,
      String reason,
      String hint,
      boolean warning) {
    this(source, line, column, path, reason, hint, warning, "");
  }

  /** {@code file:line:column: path: reason (hint)}, leaving out what is not known. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(source);
    if (line > 0) {
      text.append(text.isEmpty() ? "" : ":").append(line).append(':').append(column);
    }
    if (!text.isEmpty()) {
      text.append(": ");
    }
    if (warning) {
      text.append("warning: ");
    }
    if (!code.isEmpty()) {
      text.append(code).append(": ");
    }
    if (!path.isEmpty()) {
      text.append(path).append(": ");
    }
    text.append(reason);
    if (!hint.isEmpty()) {
      text.append(" (").append(hint).append(')');
    }
    return text.toString();
  }
}
