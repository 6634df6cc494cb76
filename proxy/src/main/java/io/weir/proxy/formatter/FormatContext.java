package io.weir.proxy.formatter;

import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.log.AccessLogger.AccessLogType;
import org.jspecify.annotations.Nullable;

/**
 * What a format may show. Header maps are null while they do not exist.
 *
 * @param localReplyBody the body of a local reply that is being formatted; empty otherwise
 */
public record FormatContext(
    @Nullable HeaderMap requestHeaders,
    @Nullable HeaderMap responseHeaders,
    @Nullable HeaderMap responseTrailers,
    StreamInfo streamInfo,
    String localReplyBody,
    AccessLogType accessLogType) {

  /** A context for headers added while a stream runs. */
  public static FormatContext ofStream(
      @Nullable HeaderMap requestHeaders,
      @Nullable HeaderMap responseHeaders,
      StreamInfo streamInfo) {
    return new FormatContext(
        requestHeaders, responseHeaders, null, streamInfo, "", AccessLogType.NotSet);
  }
}
