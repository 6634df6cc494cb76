package io.weir.proxy.accesslog;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.weir.filter.FactoryContext;
import io.weir.proxy.formatter.Formatter;
import io.weir.proxy.formatter.FormatterLoader;
import org.jspecify.annotations.Nullable;

/** The formats of access log lines. */
final class LineFormats {
  // Envoy's documented default.
  private static final String DEFAULT =
      "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\""
          + " %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION%"
          + " %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\""
          + " \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\""
          + " \"%UPSTREAM_HOST%\"\n";

  private LineFormats() {}

  /**
   * @return null when problems were reported
   */
  static @Nullable Formatter load(
      SubstitutionFormatString format, FactoryContext context, String path) {
    return FormatterLoader.forLog(format, context, path);
  }

  static @Nullable Formatter text(String text, FactoryContext context, String path) {
    var source = DataSource.newBuilder().setInlineString(text);
    return load(
        SubstitutionFormatString.newBuilder().setTextFormatSource(source).build(), context, path);
  }

  static @Nullable Formatter standard(FactoryContext context) {
    return text(DEFAULT, context, "");
  }
}
