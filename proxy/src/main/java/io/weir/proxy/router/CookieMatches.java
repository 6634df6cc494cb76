package io.weir.proxy.router;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.matcher.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code RouteMatch.cookies}, a field that is newer than the message classes. */
final class CookieMatches {
  private CookieMatches() {}

  static List<RouteEntry.CookieMatch> load(RouteMatch match, LoadContext context) {
    if (!(context.field(match, "cookies") instanceof List<?> list)) {
      return List.of();
    }
    var matches = new ArrayList<RouteEntry.CookieMatch>(list.size());
    for (int i = 0; i < list.size(); i++) {
      RouteEntry.CookieMatch cookie =
          list.get(i) instanceof Message message
              ? one(message, context.at("cookies[" + i + "]"))
              : null;
      if (cookie != null) {
        matches.add(cookie);
      }
    }
    return List.copyOf(matches);
  }

  private static RouteEntry.@Nullable CookieMatch one(Message message, LoadContext context) {
    StringMatcher value = null;
    if (context.field(message, "string_match") instanceof Message text) {
      try {
        var parsed =
            io.envoyproxy.envoy.type.matcher.v3.StringMatcher.parseFrom(text.toByteString());
        value = StringMatcher.load(parsed, context.problems().at("string_match"));
      } catch (InvalidProtocolBufferException e) {
        context.problems().add("string_match", "unreadable: " + e.getMessage(), "");
      }
      if (value == null) {
        return null;
      }
    }
    String name = context.field(message, "name") instanceof String text ? text : "";
    boolean invert = Boolean.TRUE.equals(context.field(message, "invert_match"));
    return new RouteEntry.CookieMatch(name, value, invert);
  }
}
