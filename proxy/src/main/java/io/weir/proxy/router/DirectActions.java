package io.weir.proxy.router;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.formatter.Formatter;
import io.weir.proxy.formatter.FormatterLoader;
import io.weir.proxy.matcher.RegexSubstitution;
import org.jspecify.annotations.Nullable;

/** Compiles redirects and direct responses. */
final class DirectActions {
  private DirectActions() {}

  static @Nullable RouteAction redirect(
      io.envoyproxy.envoy.config.route.v3.RedirectAction message,
      @Nullable PathMatch path,
      LoadContext context) {
    PathRewrite rewrite = null;
    if (!message.getPrefixRewrite().isEmpty()) {
      rewrite = new PathRewrite.Prefix(message.getPrefixRewrite());
    } else if (message.hasRegexRewrite()) {
      var regex =
          RegexSubstitution.load(message.getRegexRewrite(), context.problems().at("regex_rewrite"));
      if (regex == null) {
        return null;
      }
      rewrite = new PathRewrite.Regex(regex.pattern(), regex.substitution());
    }
    int code =
        switch (message.getResponseCode()) {
          case FOUND -> 302;
          case SEE_OTHER -> 303;
          case TEMPORARY_REDIRECT -> 307;
          case PERMANENT_REDIRECT -> 308;
          default -> 301;
        };
    return new RedirectAction(
        message.getHttpsRedirect(),
        message.getSchemeRedirect(),
        message.getHostRedirect(),
        message.getPortRedirect(),
        message.getPathRedirect(),
        rewrite,
        code,
        message.getStripQuery());
  }

  static @Nullable RouteAction response(
      DirectResponseAction message, long maxBody, LoadContext context) {
    byte[] body = {};
    if (message.hasBody()) {
      byte[] read = context.read(message.getBody(), "body");
      if (read == null) {
        return null;
      }
      body = read;
      if (body.length > maxBody) {
        context
            .problems()
            .add(
                "body",
                "has " + body.length + " bytes, the limit is " + maxBody,
                "raise max_direct_response_body_size_bytes of the route configuration");
        return null;
      }
    }
    Formatter format = null;
    if (context.field(message, "body_format") instanceof Message given) {
      format = format(given, context);
      if (format == null) {
        return null;
      }
    }
    return new DirectResponse(message.getStatus(), body, format);
  }

  /** {@code body_format} is newer than the message classes and comes as a dynamic message. */
  private static @Nullable Formatter format(Message given, LoadContext context) {
    try {
      var message = SubstitutionFormatString.parseFrom(given.toByteString());
      return FormatterLoader.forBody(message, context, "body_format");
    } catch (InvalidProtocolBufferException e) {
      context.problems().add("body_format", "unreadable: " + e.getMessage(), "");
      return null;
    }
  }
}
