package io.weir.proxy.filter.customresponse;

import io.weir.filter.StreamInfo;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.FormatOutput;
import io.weir.proxy.formatter.Formatter;
import io.weir.proxy.matcher.tree.MatchContext;
import org.jspecify.annotations.Nullable;

/** Replaces responses that a matcher picks. */
final class CustomResponseFilter implements HttpFilter {
  private final HttpFilterCallbacks callbacks;
  private final ResponseRule configured;

  CustomResponseFilter(HttpFilterCallbacks callbacks, ResponseRule configured) {
    this.callbacks = callbacks;
    this.configured = configured;
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    ResponseRule rule = callbacks.routeConfig() instanceof ResponseRule own ? own : configured;
    StreamInfo info = callbacks.streamInfo();
    HeaderMap request = callbacks.requestHeaders();
    ResponsePolicy policy =
        rule.tree() == null
            ? null
            : rule.tree().match(MatchContext.ofResponse(info, request, headers));
    if (policy == null) {
      return FilterHeadersStatus.CONTINUE;
    }
    int status = policy.status();
    if (status == 0) {
      status = (int) headers.valueAsLong(headers.find(HeaderName.STATUS));
    }
    String details = policy.details();
    if (details == null) {
      String present = info.responseCodeDetails();
      details = present == null ? "" : present;
    }
    var reply =
        new LocalReply(
            status,
            body(policy, request, headers, info),
            answer -> policy.headers().apply(answer, FormatContext.ofStream(request, answer, info)),
            null,
            details);
    callbacks.sendLocalReply(reply);
    return FilterHeadersStatus.STOP_ITERATION;
  }

  private static byte[] body(
      ResponsePolicy policy, @Nullable HeaderMap request, HeaderMap response, StreamInfo info) {
    Formatter format = policy.format();
    if (format == null) {
      return policy.body();
    }
    FormatContext of = FormatContext.ofStream(request, response, info);
    var out = new FormatOutput();
    format.format(
        new FormatContext(request, response, null, info, policy.bodyText(), of.accessLogType()),
        out);
    return out.toByteArray();
  }
}
