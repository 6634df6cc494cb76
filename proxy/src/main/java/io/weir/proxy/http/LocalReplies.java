package io.weir.proxy.http;

import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.proxy.accesslog.LogEvent;
import io.weir.proxy.accesslog.LogFilter;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.FormatOutput;
import io.weir.proxy.formatter.Formatter;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.formatter.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code local_reply_config}: what becomes of answers that the proxy makes. Immutable, shared by
 * all workers.
 *
 * @param mappers the first whose condition holds is applied
 * @param bodyFormat null to send bodies as they are
 */
record LocalReplies(List<Mapper> mappers, @Nullable Formatter bodyFormat) {
  static final LocalReplies NONE = new LocalReplies(List.of(), null);
  private static final HeaderMap NO_HEADERS = new HeaderMap(0, 0);
  private static final String TEXT = "text/plain";

  LocalReplies {
    mappers = List.copyOf(mappers);
  }

  /**
   * {@code ResponseMapper}.
   *
   * @param statusCode 0 to keep the code
   * @param body null to keep the body
   * @param bodyFormat null for the common one
   */
  record Mapper(
      LogFilter condition,
      int statusCode,
      byte @Nullable [] body,
      @Nullable Formatter bodyFormat,
      HeaderMutations headers) {}

  /**
   * A body with its type.
   *
   * @param line whether it is a line of JSON, whose end does not belong to a gRPC message
   */
  record Body(byte[] bytes, String contentType, boolean line) {
    byte[] message() {
      return line ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }
  }

  /**
   * Rewrites a reply.
   *
   * @param response the reply's headers; may be changed
   * @param requestHeaders null when the request had none
   */
  Body rewrite(
      @Nullable HeaderMap requestHeaders,
      HeaderMap response,
      HttpStreamInfo streamInfo,
      byte[] original,
      Worker worker) {
    if (mappers.isEmpty() && bodyFormat == null) {
      return new Body(original, TEXT, false);
    }
    byte[] body = original;
    Formatter format = bodyFormat;
    FormatContext context = context(requestHeaders, response, streamInfo, body);
    var event =
        new LogEvent(
            requestHeaders == null ? NO_HEADERS : requestHeaders,
            response,
            NO_HEADERS,
            streamInfo,
            AccessLogType.NotSet,
            worker);
    for (Mapper mapper : mappers) {
      if (mapper.condition().admits(event)) {
        if (mapper.body() != null) {
          body = mapper.body();
        }
        mapper.headers().apply(response, context);
        if (mapper.statusCode() != 0) {
          response.set(HeaderName.STATUS, mapper.statusCode());
          streamInfo.setResponseCode(mapper.statusCode());
        }
        if (mapper.bodyFormat() != null) {
          format = mapper.bodyFormat();
        }
        break;
      }
    }
    if (format == null) {
      return new Body(body, TEXT, false);
    }
    var out = new FormatOutput();
    format.format(context(requestHeaders, response, streamInfo, body), out);
    return new Body(out.toByteArray(), format.contentType(), format instanceof JsonFormat);
  }

  private static FormatContext context(
      @Nullable HeaderMap requestHeaders,
      HeaderMap response,
      HttpStreamInfo streamInfo,
      byte[] body) {
    return new FormatContext(
        requestHeaders,
        response,
        null,
        streamInfo,
        new String(body, StandardCharsets.UTF_8),
        AccessLogType.NotSet);
  }
}
