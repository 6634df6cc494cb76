package io.weir.proxy.tracing;

import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.SubstitutionFormat;
import org.jspecify.annotations.Nullable;

/**
 * A fact that configuration adds to spans.
 *
 * @param format null when the value is always {@code fallback}
 * @param fallback when the format gives nothing; empty for no tag then
 */
record CustomTag(String name, @Nullable SubstitutionFormat format, String fallback) {
  void apply(Span span, FormatContext context) {
    String value = format == null ? "" : format.formatToString(context);
    String shown = value.isEmpty() || value.equals("-") ? fallback : value;
    if (!shown.isEmpty()) {
      span.tag(name, shown);
    }
  }
}
