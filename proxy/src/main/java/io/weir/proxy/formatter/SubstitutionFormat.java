package io.weir.proxy.formatter;

import io.weir.filter.Problems;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text with operators, {@code "%PROTOCOL% %REQ(:PATH)%"}. Immutable. Operators are those of
 * Envoy's access log documentation.
 */
public final class SubstitutionFormat implements Formatter {
  private final Operator[] operators;
  private final boolean omitEmptyValues;
  private final String contentType;
  private final @Nullable String constant;

  private SubstitutionFormat(List<Operator> operators, boolean omitEmpty, String contentType) {
    this.operators = operators.toArray(new Operator[0]);
    this.omitEmptyValues = omitEmpty;
    this.contentType = contentType;
    this.constant =
        operators.isEmpty()
            ? ""
            : operators.size() == 1 && operators.get(0) instanceof Literal literal
                ? literal.text()
                : null;
  }

  /**
   * A format for headers, where an operator without a value prints nothing.
   *
   * @return null when problems were reported
   */
  public static @Nullable SubstitutionFormat compile(String text, Problems problems) {
    return compile(text, FormatOptions.HEADER, problems);
  }

  /**
   * @return null when problems were reported
   */
  public static @Nullable SubstitutionFormat compile(
      String text, FormatOptions options, Problems problems) {
    return compile(text, options, "text/plain", problems);
  }

  static @Nullable SubstitutionFormat compile(
      String text, FormatOptions options, String contentType, Problems problems) {
    List<Operator> operators = FormatParser.parse(text, options, problems);
    return operators == null
        ? null
        : new SubstitutionFormat(operators, options.omitEmptyValues(), contentType);
  }

  /** The text of a format without operators, or null. */
  public @Nullable String constant() {
    return constant;
  }

  @Override
  public void format(FormatContext context, FormatOutput out) {
    for (Operator operator : operators) {
      if (!operator.append(context, out) && !omitEmptyValues) {
        out.append('-');
      }
    }
  }

  @Override
  public String contentType() {
    return contentType;
  }

  /** The formatted text; for tests and rare use. */
  public String formatToString(FormatContext context) {
    var out = new FormatOutput();
    format(context, out);
    return out.toString();
  }
}
