package io.weir.proxy.http;

import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.proxy.http.codec.Http1Settings;
import io.weir.proxy.http.codec.Http1Settings.HeaderCase;
import io.weir.proxy.http.codec.Http1Settings.Underscores;

/** Loads {@code Http1ProtocolOptions} of either side. */
public final class Http1SettingsLoader {
  private static final String PRESERVE_CASE =
      "envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig";
  private static final int DEFAULT_HEADERS_KB = 60;
  private static final int DEFAULT_HEADERS = 100;

  private Http1SettingsLoader() {}

  static Http1Settings load(HttpConnectionManager message, FactoryContext context) {
    HttpProtocolOptions common = message.getCommonHttpProtocolOptions();
    int kilobytes =
        message.hasMaxRequestHeadersKb()
            ? message.getMaxRequestHeadersKb().getValue()
            : DEFAULT_HEADERS_KB;
    return load(
        message.getHttpProtocolOptions(),
        common,
        kilobytes,
        context.problems().at("http_protocol_options"));
  }

  /** Settings of an upstream connection. */
  public static Http1Settings upstream(
      Http1ProtocolOptions options, HttpProtocolOptions common, Problems problems) {
    int kilobytes =
        common.hasMaxResponseHeadersKb()
            ? common.getMaxResponseHeadersKb().getValue()
            : DEFAULT_HEADERS_KB;
    return load(options, common, kilobytes, problems);
  }

  private static Http1Settings load(
      Http1ProtocolOptions options, HttpProtocolOptions common, int kilobytes, Problems problems) {
    return new Http1Settings(
        kilobytes * 1024,
        common.hasMaxHeadersCount() ? common.getMaxHeadersCount().getValue() : DEFAULT_HEADERS,
        options.getEnableTrailers(),
        options.getAcceptHttp10(),
        options.getDefaultHostForHttp10(),
        headerCase(options, problems),
        switch (common.getHeadersWithUnderscoresAction()) {
          case ALLOW, UNRECOGNIZED -> Underscores.ALLOW;
          case REJECT_REQUEST -> Underscores.REJECT;
          case DROP_HEADER -> Underscores.DROP;
        },
        !options.hasAllowAbsoluteUrl() || options.getAllowAbsoluteUrl().getValue(),
        options.getAllowCustomMethods());
  }

  private static HeaderCase headerCase(Http1ProtocolOptions options, Problems problems) {
    if (!options.hasHeaderKeyFormat()) {
      return HeaderCase.LOWER;
    }
    var format = options.getHeaderKeyFormat();
    if (format.hasProperCaseWords()) {
      return HeaderCase.PROPER;
    }
    String type = format.getStatefulFormatter().getTypedConfig().getTypeUrl();
    if (type.endsWith("/" + PRESERVE_CASE)) {
      return HeaderCase.PRESERVE;
    }
    problems.add(
        "header_key_format.stateful_formatter", "unknown formatter " + type, PRESERVE_CASE);
    return HeaderCase.LOWER;
  }
}
